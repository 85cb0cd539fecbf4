"""What becomes of eight kinds of jobs when the disk answers one of their calls with an error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bench import child
from bench.crash.faults import complaints, lasting_strikes, strikes
from bench.crash.shapes import SHAPES
from bench.crash.sweep import Choice, swept
from bench.crash.telling import of_sweeps, proof
from bench.figure import Figure

SOAK = True

_QUICK = 60  # every so many strikes
_LASTING, _LASTING_QUICK = 20, 400  # a life of these takes four seconds


def measure(*, quick: bool) -> Iterator[Figure]:
    yield from _figures("faults", strikes, _QUICK if quick else 1)
    yield from _figures("faults.lasting", lasting_strikes, _LASTING_QUICK if quick else _LASTING)


def _figures(name: str, choice: Choice, every: int) -> Iterator[Figure]:
    sweeps = swept(SHAPES, choice, every)
    trials = [trial for sweep in sweeps for trial in sweep.trials]
    ends = Counter(trial.lived.report.end.value for trial in trials if trial.lived.report)
    detail: dict[str, object] = {
        "faults": dict(Counter(trial.strike.how for trial in trials)),
        "ends": dict(ends),
        "load": child.load(),
    }
    yield proof(f"{name}.badly taken", list(complaints(trials)), detail)
    yield from of_sweeps(name, sweeps)
