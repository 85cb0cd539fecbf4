"""What a figure tells of many trials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

from bench.crash.sweep import Sweep, by_name
from bench.crash.verdict import Verdict
from bench.figure import Figure, Goal

_SHOWN = 10
_NONE = Goal(at_most=0)


def verdicts(name: str, found: Sequence[tuple[str, Verdict]]) -> Iterator[Figure]:
    """Yield a figure for each kind of thing found; `found` tells of which life it was found."""
    for kind in (one.name for one in fields(Verdict)):
        lines = [f"{life}: {line}" for life, verdict in found for line in getattr(verdict, kind)]
        yield proof(f"{name}.{kind}", lines)


def of_sweeps(name: str, sweeps: Sequence[Sweep]) -> Iterator[Figure]:
    trials = [trial for sweep in sweeps for trial in sweep.trials]
    detail: dict[str, object] = {
        "strikes": len(trials),
        "calls struck": {
            sweep.shape.name: f"{len(sweep.met)} of {len(sweep.calls)}" for sweep in sweeps
        },
        "by name": by_name(sweeps),
    }
    # A life whose fault would last is given little time, and on a busy machine may not get there.
    missed = [str(trial) for trial in trials if not (trial.has_met or trial.strike.lasting)]
    yield proof(f"{name}.missed", missed, detail)
    yield from verdicts(name, [(str(trial), trial.verdict) for trial in trials])


def proof(name: str, lines: Sequence[str], detail: dict[str, object] | None = None) -> Figure:
    """Return the figure whose goal is that there are no such lines."""
    found = {"found": list(lines[:_SHOWN])} if lines else {}
    return Figure(name, len(lines), "", _NONE, {**(detail or {}), **found})
