"""What anybody may do to the bot, and what must not come of it."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figure import Figure
from bench.safety import fuzz

SOAK = True
CASES = ("fuzz",)


def measure(*, quick: bool) -> Iterator[Figure]:
    for case in CASES:
        yield from measure_case(case, quick=quick)


def measure_case(case: str, *, quick: bool) -> Iterator[Figure]:
    yield from {"fuzz": fuzz.measure}[case](quick=quick)
