"""What a kill at every call that changes the disk leaves: eight kinds of jobs, and moved files."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from bench import child
from bench.crash.calls import Call, Strike
from bench.crash.shapes import REFILED, SHAPES
from bench.crash.sweep import swept
from bench.crash.telling import of_sweeps
from bench.figure import Figure, Goal

SOAK = True

_QUICK = 20  # every so many calls


def measure(*, quick: bool) -> Iterator[Figure]:
    begin = time.monotonic()
    sweeps = swept((*SHAPES, REFILED), _kills, every=_QUICK if quick else 1)
    seconds = time.monotonic() - begin
    calls = sum(len(sweep.calls) for sweep in sweeps)
    met = sum(len(sweep.met) for sweep in sweeps)
    goal = None if quick else Goal(at_least=1)
    detail: dict[str, object] = {"calls": calls, "seconds": round(seconds), "load": child.load()}
    yield Figure("calls.struck", met / calls, "of the calls", goal, detail)
    yield from of_sweeps("calls", sweeps)


def _kills(calls: Sequence[Call]) -> list[Strike]:
    return [Strike(call, "signal=KILL") for call in calls]
