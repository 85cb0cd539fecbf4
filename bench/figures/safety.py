"""What must hold whatever somebody does to us. One case alone: CASES."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from bench.figure import Figure

SOAK = True

CASES = ("journal",)


def measure(*, quick: bool) -> Iterator[Figure]:
    for case in CASES:
        yield from measure_case(case, quick=quick)


def measure_case(case: str, *, quick: bool) -> Iterator[Figure]:
    """Each case is a module of that name in `bench.safety`."""
    figures: Iterator[Figure] = import_module(f"bench.safety.{case}").measure(quick=quick)
    yield from figures
