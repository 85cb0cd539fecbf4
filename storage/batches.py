"""Long lists of ids, cut to what one statement takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator

_AT_ONCE = 1000  # parameters in one statement; every SQLite takes 32,766


def batches(ids: Collection[int]) -> Iterator[list[int]]:
    """Yield each id once, ascending, in lists that one statement takes."""
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), _AT_ONCE):
        yield wanted[start : start + _AT_ONCE]
