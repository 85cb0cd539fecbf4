"""What is left of jobs when the power goes at any moment, whatever the file system promises."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench import child
from bench.figure import Figure, Goal
from bench.power.recording import Naming, recorded
from bench.power.replay import Finding
from bench.power.trial import Trial, tried
from bench.scratch import scratch

SOAK = True

_STATES, _STATES_QUICK = 5000, 150
_SEED = 1
_SHOWN = 10
_NONE = Goal(at_most=0)


def measure(*, quick: bool) -> Iterator[Figure]:
    states = _STATES_QUICK if quick else _STATES
    folder = scratch("tad-power-")
    figures = list(figures_of(trials(folder, states), states))
    if any(figure.is_missed for figure in figures):
        print(f"power: the records are kept in {folder}", file=sys.stderr)
    else:
        shutil.rmtree(folder)
    yield from figures


def trials(folder: Path, states: int) -> list[Trial]:
    """Record the story for each way of naming, and try an equal share of the states with each.

    The moments of a record are dealt out to the processes, so that no two try the same state.
    """
    workers = os.cpu_count() or 1
    share = -(-states // (len(Naming) * workers))
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        records = [(naming, pool.submit(recorded, folder / naming, naming)) for naming in Naming]
        running = [
            pool.submit(
                tried,
                f"{naming} {number}",
                record.result(),
                record.result().cuts()[number::workers],
                _SEED,
                share,
                folder / naming / f"state{number}",
            )
            for naming, record in records
            for number in range(workers)
        ]
        return [trial.result() for trial in running]


def figures_of(trials: Sequence[Trial], states: int) -> Iterator[Figure]:
    ways = sum((trial.tried for trial in trials), Counter())
    detail: dict[str, object] = {
        **{way.value: count for way, count in ways.items()},
        "moments": sum(trial.moments for trial in trials),
        "seed": _SEED,
        "load": child.load(),
    }
    yield Figure("power.states", ways.total(), "", Goal(at_least=states), detail)
    for kind in Finding:
        lines = [line for trial in trials for line in trial.of(kind)]
        yield Figure(f"power.{kind}", len(lines), "", _NONE, {"found": lines[:_SHOWN]})
