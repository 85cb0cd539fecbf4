"""How many of a million generated names make a path that some system would not take."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from bench.figure import Figure, Goal
from bench.paths import complaints, some_paths

SOAK = True

NAMES, NAMES_QUICK = 1_000_000, 20_000


def measure(*, quick: bool) -> Iterator[Figure]:
    count = NAMES_QUICK if quick else NAMES
    begun = perf_counter()
    wrong = [(str(path), said) for path in some_paths(count) if (said := complaints(path))]
    seconds = perf_counter() - begun
    few = count // 10
    twice = zip(some_paths(few), some_paths(few), strict=True)
    differ = sum(one != other for one, other in twice)
    examples = [f"{path}: {'; '.join(said)}" for path, said in wrong[:5]]
    yield Figure(
        "names.wrong", len(wrong), "paths", Goal(at_most=0), {"of": count, "such as": examples}
    )
    yield Figure("names.unsteady", differ, "paths", Goal(at_most=0), {"of": few})
    yield Figure("names.rate", count / seconds, "paths/s")
