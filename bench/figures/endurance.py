"""What a process comes to hold that brings ten thousand files, and how fast it brings them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bench import child
from bench.endurance.life import JOB
from bench.figure import Figure, Goal
from bench.statistics import quantile
from bench.transfer.child import Words, open_child

SOAK = True

_FILES, _FILES_QUICK = 10_000, 1500
_STEP = 10 * JOB
_WARM = 1000  # files, until everything that is kept for good has been met once
_PATIENCE = timedelta(minutes=20)  # for a step
_GROWTH, _WAL = 10, 64  # MiB
_COUNTED = ("descriptors", "threads", "tasks")


def measure(*, quick: bool) -> Iterator[Figure]:
    steps = (_FILES_QUICK if quick else _FILES) // _STEP
    with (
        tempfile.TemporaryDirectory(prefix="tad-endurance-") as place,
        open_child("bench.endurance.life", place) as life,
    ):
        looks = [life.ask({"files": _STEP}, _PATIENCE) for _ in range(steps)]
    yield from figures_of(looks)


def figures_of(looks: Sequence[Words]) -> Iterator[Figure]:
    """Compare what there is with what there was after the first thousand."""
    warm, last = looks[_WARM // _STEP - 1], looks[-1]
    detail: dict[str, object] = {
        "files": len(looks) * _STEP,
        "MiB": [round(look["resident"], 1) for look in looks],
        "load": child.load(),
    }
    growth = last["resident"] - warm["resident"]
    yield Figure("endurance.growth", growth, "MiB", Goal(at_most=_GROWTH), detail)
    for name in _COUNTED:
        seen = [look[name] for look in looks]
        new = max(seen) - max(seen[: _WARM // _STEP])
        yield Figure(f"endurance.{name}", new, "new", Goal(at_most=0), {"seen": seen})
    wal = max(look["wal"] for look in looks)
    yield Figure("endurance.wal", wal, "MiB", Goal(at_most=_WAL))
    yield Figure("endurance.wrong", sum(look["wrong"] for look in looks), "files", Goal(at_most=0))
    rates = [_STEP / look["seconds"] for look in looks]
    yield Figure(
        "endurance.rate", quantile(rates, 0.5), "files/s", detail={"steps": _rounded(rates)}
    )


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(value, 1) for value in values]
