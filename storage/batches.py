"""Long lists of ids or paths, cut to what one statement takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath
from typing import TypeVar

Key = TypeVar("Key", int, PurePosixPath)

_AT_ONCE = 1000  # parameters in one statement; every SQLite takes 32,766


def batches(keys: Collection[Key]) -> Iterator[list[Key]]:
    """Yield each key once, ascending, in lists that one statement takes."""
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), _AT_ONCE):
        yield wanted[start : start + _AT_ONCE]
