"""What anybody may do to the bot, and what must not come of it. One case alone: CASES."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import cast

from bench.figure import Figure, Measurement

SOAK = True
# Modules of `bench.safety`.
CASES = (
    "fuzz",
    "inbox",
    "canaries",
    "sessions",
    "backup",
    "damage",
    "restore",
    "library",
    "sealed",
    "journal",
)


def measure(*, quick: bool) -> Iterator[Figure]:
    for case in CASES:
        yield from measure_case(case, quick=quick)


def measure_case(case: str, *, quick: bool) -> Iterator[Figure]:
    module = cast("Measurement", import_module(f"bench.safety.{case}"))
    return module.measure(quick=quick)
