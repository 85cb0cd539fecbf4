"""How many documents may be on their way from one data centre at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from downloader.window import Stream

_LARGE = 20_000_000  # bytes, from which on Telegram counts a document among the large ones


@dataclass(frozen=True, slots=True)
class SeatLimits:
    """So many small and so many large documents; by default what Telegram names as of 2026."""

    small: int = 5
    large: int = 2


class Seats:
    """A document keeps its seat until everything of it that was asked for is over.

    `limits` is asked when the first one comes.
    """

    def __init__(self, limits: Callable[[], Awaitable[SeatLimits]]) -> None:
        self._limits = limits
        self._free: dict[bool, asyncio.Semaphore] = {}
        self._seated: Counter[Stream] = Counter()

    async def take(self, document: Stream) -> None:
        """Wait until there is a seat; first come first served."""
        if not self._seated[document]:
            free = await self._of(document)
            await free.acquire()
            if self._seated[document]:
                free.release()  # it has got one meanwhile
        self._seated[document] += 1

    def leave(self, document: Stream) -> None:
        """To be called once for each `take`."""
        self._seated[document] -= 1
        if not self._seated[document]:
            del self._seated[document]
            self._free[_is_large(document)].release()

    async def _of(self, document: Stream) -> asyncio.Semaphore:
        if not self._free:
            limits = await self._limits()
            self._free = self._free or {
                False: asyncio.Semaphore(limits.small),
                True: asyncio.Semaphore(limits.large),
            }
        return self._free[_is_large(document)]


def _is_large(document: Stream) -> bool:
    return document.size > _LARGE
