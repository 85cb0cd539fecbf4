"""Reckons how loud albums are, and has files say how loud they are, a few at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from downloader.clock import Clock
from downloader.gating import together, unpacked
from downloader.refiling import Refiled
from storage.errors import DiskFailure
from storage.listened import Album, Loudness
from storage.store import Store

log = structlog.get_logger(__name__)

# An album that grows is reckoned when nothing has come for so long, and is looked for as often: so
# that each of its files is written anew at most once in that time, however fast its tracks come.
REST = timedelta(hours=1)
_AT_ONCE = 20

Write = Callable[[int], Awaitable[Refiled]]


class Leveller:
    """`write` has the file of a track say what is known; without it all stays in the catalogue."""

    def __init__(self, store: Store, clock: Clock, write: Write | None) -> None:
        self._store = store
        self._clock = clock
        self._write = write
        self._looked: float | None = None  # for albums
        self._last = 0  # track that was written

    async def step(self) -> bool:
        """Reckon some albums where it is time, and write one file; tell whether anything was."""
        reckoned = await self._reckon()
        return await self._write_next() or reckoned

    async def _reckon(self) -> bool:
        now = self._clock.monotonic()
        if self._looked is not None and now - self._looked < REST.total_seconds():
            return False
        rested = self._clock.on_the_wall() - REST
        albums = await self._store.listened.albums(rested, _AT_ONCE)
        for album in albums:
            await self._store.listened.level(album, await self._loudness(album))
        self._looked = now if len(albums) < _AT_ONCE else None
        self._last = 0  # those that could not be written may be now
        return bool(albums)

    async def _loudness(self, album: Album) -> Loudness | None:
        """Return how loud an album is; None for a track that is not of one with others."""
        if album.mark is None:
            return None
        shares = await self._store.listened.shares(album.track_ids)
        lufs = together(unpacked(share.moments) for share in shares)
        return None if lufs is None else Loudness(lufs, max(share.peak for share in shares))

    async def _write_next(self) -> bool:
        if self._write is None:
            return False
        found = await self._store.listened.unwritten(self._last, 1)
        for track_id in found:
            self._last = track_id
            await self._have_written(self._write, track_id)
        return bool(found)

    async def _have_written(self, write: Write, track_id: int) -> None:
        levels = await self._store.listened.levels(track_id)
        try:
            refiled = await write(track_id)
        except DiskFailure as failure:
            log.warning("loudness not written", track=track_id, error=str(failure))
            return
        if refiled is not Refiled.VANISHED:
            await self._store.listened.written(track_id, levels)
            log.info("loudness written", track=track_id, refiled=refiled)
