"""What becomes of seven kinds of jobs when the disk answers one of their calls with an error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bench import child
from bench.crash.faults import complaints, strikes
from bench.crash.shapes import SHAPES
from bench.crash.sweep import swept
from bench.crash.telling import of_sweeps, proof
from bench.figure import Figure

SOAK = True

_QUICK = 60  # every so many strikes


def measure(*, quick: bool) -> Iterator[Figure]:
    sweeps = swept(SHAPES, strikes, every=_QUICK if quick else 1)
    trials = [trial for sweep in sweeps for trial in sweep.trials]
    ends = Counter(trial.lived.report.end.value for trial in trials if trial.lived.report)
    detail: dict[str, object] = {
        "faults": dict(Counter(trial.strike.how for trial in trials)),
        "ends": dict(ends),
        "load": child.load(),
    }
    yield proof("faults.badly taken", list(complaints(trials)), detail)
    yield from of_sweeps("faults", sweeps)
