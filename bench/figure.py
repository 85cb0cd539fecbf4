"""What a measurement gives, and the rules for printing and judging it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol


class CannotMeasureError(Exception):
    """What the measurement needs is missing on this machine."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on the value, in the unit of the figure: at most, at least, or both."""

    at_most: float | None = None
    at_least: float | None = None

    def is_met_by(self, value: float) -> bool:
        return (self.at_most is None or value <= self.at_most) and (
            self.at_least is None or value >= self.at_least
        )

    def __str__(self) -> str:
        bounds = ((">=", self.at_least), ("<=", self.at_most))
        return " and ".join(f"{sign} {bound:g}" for sign, bound in bounds if bound is not None)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    Without a `goal` it is only told, for comparison. `detail` holds whatever explains the number:
    the repeats, the peers beside it, the load of the machine.
    """

    figure: str
    value: float
    unit: str
    goal: Goal | None = None
    detail: dict[str, object] = field(default_factory=dict)

    @property
    def is_missed(self) -> bool:
        return self.goal is not None and not self.goal.is_met_by(self.value)

    def line(self) -> str:
        """Return the JSON object for one line of output; `goal` and `met` are null without goal."""
        return json.dumps(
            {
                "figure": self.figure,
                "value": round(self.value, 4),
                "unit": self.unit,
                "goal": str(self.goal) if self.goal else None,
                "met": not self.is_missed if self.goal else None,
                "detail": self.detail,
            },
            ensure_ascii=False,
        )


class Measurement(Protocol):
    """What a module in `bench.figures` must have.

    The first line of its docstring is what `--list` shows.
    """

    SOAK: bool
    """Whether it is one of the long proofs that `--soak` runs."""

    def measure(self, *, quick: bool) -> Iterator[Figure]:
        """Yield each figure as soon as it is known; `quick` asks for fewer repeats.

        Raises CannotMeasureError where this machine cannot tell.
        """
        ...


class Divided(Measurement, Protocol):
    """A measurement that takes long, of which one of the cases that `CASES` names may run alone."""

    def measure_case(self, case: str, *, quick: bool) -> Iterator[Figure]: ...
