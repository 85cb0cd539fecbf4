"""How a job of 24 files fares that may open few files only."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

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
# What four workers, their database and a folder or two need at the very least to get on.
_ENOUGH = Goal(at_most=20)
_ALLOWED = {None, Reason.TOO_MANY_FILES.value}


@dataclass(frozen=True, slots=True)
class Narrow:
    """What a life with so many free descriptors told, and what the next one left."""

    free: int
    report: Report | None
    verdict: Verdict

    @property
    def complaints(self) -> list[str]:
        if self.report is None or self.report.end is End.STUCK:
            return [f"{self.free} free: {'stuck' if self.report else 'cut off'}"]
        reasons = {reason for _, reason in self.report.told} - _ALLOWED
        return [f"{self.free} free: told as {reason}" for reason in sorted(map(str, reasons))]


def measure(*, quick: bool) -> Iterator[Figure]:
    with open_ward() as ward:
        lives = [_narrow(ward, free) for free in (_FREE_QUICK if quick else _FREE)]
    ended = [one.free for one in lives if one.report and one.report.end is End.OVER]
    waited = [one.free for one in lives if one.report and _has_waited(one.report)]
    detail: dict[str, object] = {
        "refused to start": [
            one.free for one in lives if one.report and one.report.end is End.REFUSED
        ],
        "waited": waited,
        "load": child.load(),
    }
    yield Figure("descriptors.enough", min(ended, default=99), "free", _ENOUGH, detail)
    yield proof("descriptors.badly taken", [line for one in lives for line in one.complaints])
    yield from verdicts("descriptors", [(f"{one.free} free", one.verdict) for one in lives])


def _narrow(ward: Ward, free: int) -> Narrow:
    folder = ward.folder(CROWD)
    first = ward.nursery.lived(
        Order(CROWD.name, str(folder), in_line=False, delay=0.001, descriptors=free)
    )
    last = ward.nursery.lived(Order(CROWD.name, str(folder), in_line=False))
    verdict = judge(CROWD, folder, last)
    if verdict.is_sound:
        shutil.rmtree(folder)
    return Narrow(free, first, verdict)


def _has_waited(report: Report) -> bool:
    return any(reason == Reason.TOO_MANY_FILES for _, reason in report.told)
