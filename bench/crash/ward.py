"""Strikes lives, lets the next one recover undisturbed, and examines what is left."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from bench.crash.calls import Call, Strike, calls_in, traced
from bench.crash.life import Order, Report
from bench.crash.nursery import Nursery, open_nursery
from bench.crash.shapes import Past, Shape, named
from bench.crash.verdict import STRANGER, Verdict, judge
from bench.figure import CannotMeasureError
from bench.scratch import scratch

_CUT_OFF = -signal.SIGKILL
# Where a fault lasts, nothing comes to an end. In so many seconds a life tries a thousand times.
_BRIEF = 4.0


@dataclass(frozen=True, slots=True)
class Lived:
    """A life under strace: its exit code, negative for a signal, and its calls, in order.

    `report` is None when it was cut off.
    """

    code: int
    report: Report | None
    calls: list[Call]


@dataclass(frozen=True, slots=True)
class Trial:
    """One strike, what it did to the life it met, and what the next one left."""

    shape: Shape
    strike: Strike
    lived: Lived
    verdict: Verdict

    @property
    def has_met(self) -> bool:
        """Tell whether the life came to the call that was to be struck."""
        is_over = self.lived.code == _CUT_OFF or not self.strike.is_deadly
        return self.strike.call in self.lived.calls and is_over

    def __str__(self) -> str:
        return f"{self.shape.name}, {self.strike}"


class Ward:
    """Keeps the folders of all lives below `base`; those of a sound end are removed."""

    def __init__(self, nursery: Nursery, base: Path) -> None:
        self.nursery = nursery
        self._base = base
        self._numbers = count(1)
        self._grounds: dict[str, Path] = {}
        self._calls: dict[str, list[Call]] = {}

    def folder(self, shape: Shape) -> Path:
        """Return new folders, as a life of this shape finds them."""
        if shape.name not in self._grounds:
            self._grounds[shape.name] = self._prepared(shape)
        folder = self._new()
        copy(self._grounds[shape.name], folder)
        return folder

    def calls(self, shape: Shape) -> list[Call]:
        """Return the calls of a life that nobody strikes."""
        if shape.name not in self._calls:
            folder = self.folder(shape)
            lived = self.traced(shape, folder)
            self._check(judge(shape, folder, lived.report), shape)
            shutil.rmtree(folder)
            self._calls[shape.name] = lived.calls
        return self._calls[shape.name]

    def tried(self, shape: Shape, strike: Strike) -> Trial:
        folder = self.folder(shape)
        lived = self.traced(shape, folder, strike)
        last = self.nursery.lived(Order(shape.name, str(folder)))
        trial = Trial(shape, strike, lived, judge(shape, folder, last))
        if trial.verdict.is_sound and (trial.has_met or strike.lasting):
            shutil.rmtree(folder)
        return trial

    def traced(self, shape: Shape, folder: Path, strike: Strike | None = None) -> Lived:
        order = Order(shape.name, str(folder), is_traced=True)
        if strike and strike.lasting:
            order = replace(order, patience=_BRIEF)
        log = folder / "strace.log"
        process = self.nursery.bear(order)
        with traced(process, log, strike):
            os.kill(process, signal.SIGUSR1)
            code = self.nursery.end()
        calls = calls_in(log.read_text(encoding="utf-8", errors="replace"), folder)
        return Lived(code, order.told() if code == 0 else None, calls)

    def tidy(self) -> None:
        """Remove the folders that others were copied from."""
        for folder in self._grounds.values():
            shutil.rmtree(folder)
        self._grounds.clear()

    def _prepared(self, shape: Shape) -> Path:
        if shape.past is None:
            return self._new()
        folder = self._lived_through(shape.past)
        if shape.stranger is not None:
            path = folder / "music" / shape.stranger
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(STRANGER)
        return folder

    def _lived_through(self, past: Past) -> Path:
        shape = named(past.shape)
        folder = self.folder(shape)
        if past.call is None:
            self.nursery.lived(Order(shape.name, str(folder), parts=past.parts))
            return folder
        calls = [call for call in self.calls(shape) if call.name == past.call]
        of_parts = [call for call in calls if call.place.endswith(".part")]
        self.traced(shape, folder, Strike(of_parts[-1], "signal=KILL"))
        return folder

    def _new(self) -> Path:
        folder = self._base / str(next(self._numbers))
        folder.mkdir()
        return folder

    def _check(self, verdict: Verdict, shape: Shape) -> None:
        if not verdict.is_sound:
            raise CannotMeasureError(f"{shape.name}, not struck at all: {verdict}")


def copy(source: Path, target: Path) -> None:
    """Copy a folder; two names of one file, as of one that is torn off, stay that."""
    copies: dict[int, str] = {}

    def one(name: str, new: str) -> str:
        first = copies.setdefault(Path(name).stat().st_ino, new)
        if first == new:
            return str(shutil.copy2(name, new))
        os.link(first, new)
        return new

    shutil.copytree(source, target, copy_function=one, dirs_exist_ok=True)


@contextmanager
def open_ward() -> Iterator[Ward]:
    """Open it in memory where there is one: a kill loses nothing that was written.

    The folders of what went wrong are kept, and their place is told.
    """
    base = scratch("tad-crash-")
    try:
        with open_nursery() as nursery:
            ward = Ward(nursery, base)
            yield ward
            ward.tidy()
    finally:
        if any(base.iterdir()):
            print(f"crash: what went wrong is kept in {base}", file=sys.stderr)
        else:
            base.rmdir()
