"""How a job of 24 files fares that may open few files only."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bench import child
from bench.crash.life import End, Order, Report
from bench.crash.shapes import CROWD
from bench.crash.telling import proof, verdicts
from bench.crash.verdict import Verdict, judge
from bench.crash.ward import Ward, open_ward
from bench.figure import Figure, Goal
from storage.models import Reason

SOAK = True

_FREE, _FREE_QUICK = range(41), range(0, 41, 5)
# Four workers, their database and a folder or two must get on with so many. With fewer they wait.
_ENOUGH = 20
_PATIENCE = 10.0  # seconds, which are days of waiting
_ALLOWED = {None, Reason.TOO_MANY_FILES.value}


@dataclass(frozen=True, slots=True)
class Narrow:
    """What a life with so many free descriptors told, and what the next one left."""

    free: int
    report: Report | None
    verdict: Verdict

    @property
    def end(self) -> End | None:
        return self.report.end if self.report else None

    @property
    def has_waited(self) -> bool:
        told = self.report.told if self.report else []
        return any(reason == Reason.TOO_MANY_FILES for _, reason in told)

    @property
    def complaints(self) -> list[str]:
        if self.report is None:
            return [f"{self.free} free: cut off"]
        if self.report.end is End.STUCK and self.free >= _ENOUGH:
            return [f"{self.free} free: stuck"]
        reasons = {reason for _, reason in self.report.told} - _ALLOWED
        return [f"{self.free} free: told as {reason}" for reason in sorted(map(str, reasons))]


def measure(*, quick: bool) -> Iterator[Figure]:
    with open_ward() as ward:
        lives = [_narrow(ward, free) for free in (_FREE_QUICK if quick else _FREE)]
    ended = [one.free for one in lives if one.end is End.OVER]
    detail: dict[str, object] = {
        "refused to start": [one.free for one in lives if one.end is End.REFUSED],
        "waited to the last": [one.free for one in lives if one.end is End.STUCK],
        "waited": [one.free for one in lives if one.has_waited],
        "load": child.load(),
    }
    goal = Goal(at_most=_ENOUGH)
    yield Figure("descriptors.enough", min(ended, default=99), "free", goal, detail)
    yield proof("descriptors.badly taken", [line for one in lives for line in one.complaints])
    yield from verdicts("descriptors", [(f"{one.free} free", one.verdict) for one in lives])


def _narrow(ward: Ward, free: int) -> Narrow:
    folder = ward.folder(CROWD)
    last = Order(CROWD.name, str(folder), in_line=False, delay=0.001)
    first = replace(last, descriptors=free)
    if free < _ENOUGH:
        first = replace(first, patience=_PATIENCE)
    report = ward.nursery.lived(first)
    verdict = judge(CROWD, folder, ward.nursery.lived(last))
    if verdict.is_sound:
        shutil.rmtree(folder)
    return Narrow(free, report, verdict)
