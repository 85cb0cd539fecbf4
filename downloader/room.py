"""Keeps the disk's reserve: refuses what cannot fit, and notices when there is room again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

from downloader.clock import Clock
from downloader.errors import DiskError
from storage.errors import StorageError
from storage.files import Files
from storage.models import Reason

log = structlog.get_logger(__name__)

_LOOK_AGAIN = 30.0
_USUAL_FILE = 100_000_000  # bytes: few tracks are larger


class Room:
    """`reserve` in bytes stays free, whatever is fetched."""

    def __init__(self, files: Files, clock: Clock, reserve: int) -> None:
        self._files = files
        self._clock = clock
        self._reserve = reserve
        self._lock = asyncio.Lock()
        self._short = asyncio.Event()
        self._needed = 0

    async def check(self, needed: int) -> None:
        """Refuse what does not fit; bytes that are laid out already need no room again."""
        if needed > 0 and (lacking := await self._lacking(needed)) > 0:
            raise DiskError(Reason.DISK_FULL, f"{lacking} bytes")

    @asynccontextmanager
    async def reserved(self, needed: int) -> AsyncIterator[None]:
        """Check, and let nobody else check until the file has been laid out inside."""
        async with self._lock:
            await self.check(needed)
            yield

    async def check_any(self) -> None:
        """Refuse to look for more while there is no room for what is wanted already.

        One large file that does not fit is no reason, as long as there is room for others.
        """
        needed = min(self._needed, _USUAL_FILE) if self._short.is_set() else 0
        if (lacking := await self._lacking(needed)) > 0:
            raise DiskError(Reason.DISK_FULL, f"{lacking} bytes")

    def fell_short(self, needed: int) -> None:
        """Remember that something is parked which would go on with so many bytes."""
        self._needed = min(needed, self._needed) if self._short.is_set() else needed
        self._short.set()

    async def watch(self, go_on: Callable[[], Awaitable[None]]) -> None:
        """Wait for a shortage, look again slowly, and call `go_on` once when it has passed."""
        await self._short.wait()
        await self._clock.sleep(_LOOK_AGAIN)
        needed = self._needed
        if await self._lacking(needed) <= 0:
            self._short.clear()
            log.info("room on the disk again")
            try:
                await go_on()
            except StorageError:
                # Nobody was told: the database may be on the same disk.
                self.fell_short(needed)
                raise

    async def _lacking(self, needed: int) -> int:
        """Return how many bytes must be made free; below 1 where it fits."""
        return needed + self._reserve - await self._files.free_bytes()
