"""The figures of naming, for the measurement of the library."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.figure import Figure, Goal
from bench.naming.labels import Case, cases
from downloader.metadata.naming.resolving import resolve
from storage.description import Description

_RIGHT = Goal(at_least=95)  # % of artist and title, both to the letter
_FAST = Goal(at_most=1000)  # µs for one track


@dataclass(frozen=True, slots=True)
class Judged:
    """A case, and what was made of it."""

    case: Case
    found: Description


def figures() -> Iterator[Figure]:
    """Yield how much is right of all cases, and of those that no rule was fitted to."""
    start = time.process_time()
    fitted, held_out = judged(cases(held_out=False)), judged(cases(held_out=True))
    told = [*fitted, *held_out]
    spent = (time.process_time() - start) / len(told)
    yield rate("library.naming", told, _RIGHT)
    yield rate("library.naming_held_out", held_out, None)
    yield Figure("library.naming_time", spent * 1e6, "µs", _FAST, {"cases": len(told)})


def judged(told: Iterable[Case]) -> list[Judged]:
    return [Judged(case, resolve(case.evidence)) for case in told]


def rate(name: str, told: Sequence[Judged], goal: Goal | None) -> Figure:
    """Return the share of cases whose artist and title are both right."""
    wrong = [one.case.name for one in told if not one.case.is_right(one.found)]
    fields = [
        f"{one.case.name}: {field}" for one in told for field in one.case.wrong_fields(one.found)
    ]
    detail: dict[str, object] = {"cases": len(told), "wrong": wrong, "other fields": fields}
    return Figure(name, 100 * (1 - len(wrong) / len(told)), "%", goal, detail)
