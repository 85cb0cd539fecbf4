"""Beets in the comparison: its library asked for substrings, and its fuzzy plugin."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path

from bench.figure import CannotMeasureError
from bench.search.catalogue import Row
from bench.search.contender import Built
from bench.transfer.child import Child, open_child

_BEETS = "beets==2.14.1"
_BATCH = 5000
_PATIENCE = timedelta(minutes=2)
_INSTALLING = 300  # seconds


class Beets:
    """One child answers both ways; only the first is built."""

    def __init__(self, child: Child, *, is_fuzzy: bool) -> None:
        self.name = "beets, fuzzy" if is_fuzzy else "beets"
        self._child = child
        self._is_fuzzy = is_fuzzy

    def build(self, rows: Iterable[Row]) -> Built:
        left = iter(rows)
        while batch := list(islice(left, _BATCH)):
            self._child.ask({"rows": batch}, _PATIENCE)
        return Built(0, 0)

    def find(self, text: str, limit: int) -> list[int]:
        # The plugin compares with a whole field, so that it is given all words as one.
        parts = [f"~{text}"] if self._is_fuzzy else text.split()
        ids: list[int] = self._child.ask({"find": parts, "limit": limit}, _PATIENCE)["ids"]
        return ids

    def close(self) -> None:
        """Whoever opened the child closes it."""


@contextmanager
def open_beets(folder: Path) -> Iterator[tuple[Beets, Beets]]:
    """Install it beside the tools, whose environment it would double, and start it."""
    python = str(installed(folder / "environment"))
    with open_child("bench.search.beets_child", str(folder), python=python) as child:
        yield Beets(child, is_fuzzy=False), Beets(child, is_fuzzy=True)


def installed(folder: Path) -> Path:
    """Return the Python that has it."""
    python = folder / "bin" / "python"
    for command in (
        (sys.executable, "-m", "venv", str(folder)),
        (str(python), "-m", "pip", "install", "--quiet", _BEETS),
    ):
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_INSTALLING, check=False
        )
        if done.returncode:
            raise CannotMeasureError(f"{_BEETS} cannot be installed: {done.stderr.strip()[-300:]}")
    return python
