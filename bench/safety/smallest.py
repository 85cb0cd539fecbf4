"""Looks for the smallest update that still shows a fault, and the fewest that it needs before."""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from bench.safety.mangling import Json, within

Shows = Callable[[Sequence[Json]], Awaitable[bool]]

_WORK = 6_000  # updates that are played for it, a start of the program counted as a few
_START = 10


class Shrinking:
    """`shows` tells whether a row of updates still has the fault."""

    def __init__(self, shows: Shows, work: int = _WORK) -> None:
        self._shows = shows
        self._left = work

    async def smallest(self, updates: Sequence[Json]) -> list[Json]:
        """Return fewer and smaller updates with the fault, or all where it does not come again."""
        row = list(updates)
        if not await self._try(row):
            return row
        row = await self._fewer(row)
        return [*row[:-1], *await self._smaller(row)]

    async def _fewer(self, row: list[Json]) -> list[Json]:
        """Leave out as many as can be before the last."""
        if await self._try(row[-1:]):
            return row[-1:]
        chunk = len(row) // 2
        while chunk:
            at = 0
            while at < len(row) - 1:
                shorter = row[:at] + row[min(at + chunk, len(row) - 1) :]
                if await self._try(shorter):
                    row = shorter
                else:
                    at += chunk
            chunk //= 2
        return row

    async def _smaller(self, row: list[Json]) -> list[Json]:
        """Return the last one without what it does not need."""
        last, before = row[-1], row[:-1]
        was_smaller = True
        while was_smaller and self._left > 0:
            was_smaller = False
            for less in _lesser(last):
                if await self._try([*before, less]):
                    last, was_smaller = less, True
                    break
        return [last]

    async def _try(self, row: Sequence[Json]) -> bool:
        if self._left <= 0:
            return False
        self._left -= _START + len(row)
        return await self._shows(row)


def _lesser(update: Json) -> Iterator[Json]:
    """Yield copies with one thing less: without a value, or with half of a text."""
    count = len(list(within(update)))
    for number in range(count):
        less = copy.deepcopy(update)
        holder, key = list(within(less))[number]
        del holder[key]
        yield less
    for number in range(count):
        for half in (0, 1):
            less = copy.deepcopy(update)
            holder, key = list(within(less))[number]
            if _halved(holder, key, half):
                yield less


def _halved(holder: Any, key: Any, half: int) -> bool:
    written = holder[key]
    if not isinstance(written, str) or len(written) < 2:
        return False
    middle = len(written) // 2
    holder[key] = written[middle:] if half else written[:middle]
    return True
