"""The bytes that have come and wait for the disk: beyond a limit nothing more is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Backlog:
    """Shared by all transfers, so that memory stays bounded however many there are.

    What is in flight by then still comes: up to a whole window more may be held.
    """

    def __init__(self, most: int = 8 << 20) -> None:
        self._most = most
        self._bytes = 0
        self._low = asyncio.Event()
        self._low.set()

    @property
    def is_full(self) -> bool:
        return not self._low.is_set()

    async def low(self) -> None:
        """Wait until the disk has caught up."""
        await self._low.wait()

    @contextmanager
    def holding(self, count: int) -> Iterator[None]:
        """Count bytes for as long as they are in memory."""
        self._change(count)
        try:
            yield
        finally:
            self._change(-count)

    def _change(self, count: int) -> None:
        self._bytes += count
        if self._bytes < self._most:
            self._low.set()
        else:
            self._low.clear()
