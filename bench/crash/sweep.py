"""Strikes every call of every shape, one in each life."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.crash.calls import Call, Strike
from bench.crash.shapes import Shape
from bench.crash.ward import Trial, Ward, open_ward

WARDS = 2  # side by side, one for each core

Choice = Callable[[Sequence[Call]], Iterable[Strike]]


@dataclass(slots=True)
class Sweep:
    """What one shape went through."""

    shape: Shape
    calls: list[Call] = field(default_factory=list)
    trials: list[Trial] = field(default_factory=list)

    @property
    def met(self) -> set[Call]:
        """The calls that were struck."""
        return {trial.strike.call for trial in self.trials if trial.has_met}


def swept(shapes: Sequence[Shape], choice: Choice, every: int = 1) -> list[Sweep]:
    """Record a life of each shape, and strike as chosen from its calls; `every` thins that out."""
    todo = [Sweep(shape) for shape in shapes]
    waiting = iter(todo)
    with ThreadPoolExecutor(WARDS) as pool:
        for work in [pool.submit(_work, waiting, choice, every) for _ in range(WARDS)]:
            work.result()
    return todo


def _work(sweeps: Iterable[Sweep], choice: Choice, every: int) -> None:
    with open_ward() as ward:
        for sweep in sweeps:
            _sweep(ward, sweep, choice, every)


def _sweep(ward: Ward, sweep: Sweep, choice: Choice, every: int) -> None:
    sweep.calls = ward.calls(sweep.shape)
    strikes = list(choice(sweep.calls))[::every]
    sweep.trials = [ward.tried(sweep.shape, strike) for strike in strikes]


def by_name(sweeps: Iterable[Sweep]) -> dict[str, int]:
    """Count the calls that were struck, the most frequent first."""
    return dict(Counter(call.name for sweep in sweeps for call in sweep.met).most_common())
