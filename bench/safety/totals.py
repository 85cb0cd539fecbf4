"""What came of all episodes, and the figures of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench import child
from bench.figure import Figure, Goal
from bench.safety.episode import Course

TOLD = 8
KINDS = ("unhandled", "refused", "leaked", "stuck", "too many calls")


@dataclass(slots=True)
class Totals:
    """`faults` are told by kind, the first few with the smallest updates that show them."""

    updates: int = 0
    unread: int = 0
    most: int = 0
    longest: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    faults: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def add(self, course: Course) -> None:
        self.updates += len(course.updates)
        self.unread += course.unread
        self.most = max(self.most, course.most)
        self.longest = max(self.longest, course.longest)
        self.kinds.update(kind for one in course.updates for kind in one if kind != "update_id")
        self.calls.update(course.minutes.calls)


def figures_of(totals: Totals, seconds: float) -> Iterator[Figure]:
    about: dict[str, object] = {
        "kinds": dict(totals.kinds.most_common()),
        "calls": dict(totals.calls.most_common()),
        "unread": totals.unread,
        "longest": round(totals.longest, 2),
        "seconds": round(seconds),
        "load": child.load(),
    }
    yield Figure("safety.fuzz.updates", totals.updates, "updates", detail=about)
    for kind, faults in totals.faults.items():
        name = f"safety.fuzz.{kind.replace(' ', '_')}"
        yield Figure(name, len(faults), "faults", Goal(at_most=0), {"told": faults[:TOLD]})
    yield Figure("safety.fuzz.most_calls", totals.most, "calls", detail={"on": "one update"})
