"""Looks up the tracks of the library, one after the other, and has them called what was found."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import structlog

from downloader.bell import Bell, wait
from downloader.clock import Clock
from downloader.editing import Editor
from downloader.events import Broadcast, ItemMoved
from downloader.lookup.errors import LookupFailedError, NonsenseError, UnreachableError
from downloader.lookup.lookup import Lookup
from downloader.metadata.naming.completing import Found, completed, is_known
from downloader.metadata.naming.plain import is_like
from downloader.supervision import keep_going
from storage.description import Reach
from storage.errors import NotStoredError
from storage.lookups import Identity
from storage.models import ItemState, Track
from storage.store import Store

log = structlog.get_logger(__name__)

# Until it is looked for tracks that have been listened to since.
_AGAIN = timedelta(minutes=5)
_OUTAGE = timedelta(minutes=15)
_LATER = timedelta(days=1)  # where they have answered nonsense
_LEARNT = timedelta(days=30)  # by then they may know what they did not
_KEPT = timedelta(days=30)
# What a track should have, so that nobody need be asked.
_NEEDED = ("title", "artist", "album", "date")


class Seeker:
    """Works in the background, and is never waited for."""

    def __init__(
        self,
        store: Store,
        editor: Editor,
        clock: Clock,
        reach: Reach,
        opening: Callable[[], AbstractAsyncContextManager[Lookup]],
        *,
        heard: Callable[[], bool] = lambda: False,
    ) -> None:
        """Ask what `opening` opens; `heard` tells whether tracks are listened to before that."""
        self._store = store
        self._editor = editor
        self._clock = clock
        self._reach = reach
        self._opening = opening
        self._heard = heard
        self._bell = Bell()
        self._last = 0  # track that was looked up
        self._closing = asyncio.Event()
        self._is_idle = True

    async def run(self, events: Broadcast) -> None:
        """Look up whatever nobody has looked up yet, until cancelled."""
        async with self._opening() as lookup, asyncio.TaskGroup() as group:
            following = group.create_task(self._follow(events))
            try:
                await keep_going(lambda: self.step(lookup), self._clock, self._closing)
            finally:
                self._closing.set()
                following.cancel()

    async def left(self) -> int:
        """Return how many tracks are still to be looked up; none while nothing is done."""
        if self._is_idle:
            return 0
        return await self._store.lookups.count(self._clock.now(), heard=self._heard())

    async def step(self, lookup: Lookup) -> None:
        """Look up the next track; wait for one where there is none."""
        ring, now = self._bell.next_ring(), self._clock.now()
        track = await self._store.lookups.wanting(self._last, now, heard=self._heard())
        self._is_idle = track is None
        if track is not None:
            self._last = track.id
            await self._seek(lookup, track)
            return
        await self._store.lookups.forget(now - _KEPT)
        await wait(ring, self._clock, _AGAIN)
        self._last = 0

    async def _follow(self, events: Broadcast) -> None:
        with events.listen() as heard:
            async for event in heard:
                if isinstance(event, ItemMoved) and event.item.state is ItemState.SAVED:
                    self._bell.ring()

    async def _seek(self, lookup: Lookup, track: Track) -> None:
        try:
            await self._look_up(lookup, track)
        except NonsenseError as error:
            log.warning("look-up failed", track=track.id, host=error.host, detail=error.detail)
            await self._note(track, Identity(), _LATER)
        except UnreachableError as error:
            self._is_idle, self._last = True, track.id - 1
            log.info("look-ups wait", host=error.host, detail=error.detail)
            await self._clock.sleep(max(_OUTAGE, error.wait).total_seconds())
        except NotStoredError:
            log.debug("not looked up any more", track=track.id)

    async def _look_up(self, lookup: Lookup, track: Track) -> None:
        if self._reach is not Reach.ALL and not _is_wanting(track, writes=self._editor.writes):
            await self._note(track, Identity(), _LEARNT)
            return
        identity = await lookup.identity(track)
        if identity is None:
            await self._note(track, Identity(), _LEARNT)
            return
        again, cover = None, None
        if self._wants_cover(track, identity):
            try:
                cover = await lookup.cover(identity.release_id)
            except LookupFailedError as error:
                log.info("cover not fetched", track=track.id, detail=error.detail)
                again = _LATER  # it is no reason to go without a name
        found = Found(identity.description, self._reach, cover)
        if await self._editor.complete(track.id, found):
            await self._note(track, identity, again)
            log.info("track looked up", track=track.id, recording=identity.recording_id)

    def _wants_cover(self, track: Track, identity: Identity) -> bool:
        """Tell whether there is a cover for a track that has none, and will be of that album."""
        if track.has_cover or not (self._editor.writes and identity.has_front):
            return False
        called = completed(track.description, identity.description, self._reach)
        return is_like(called.album, identity.description.album)

    async def _note(self, track: Track, identity: Identity, again: timedelta | None) -> None:
        now = self._clock.now()
        again_at = None if again is None else now + again
        await self._store.lookups.identify(track.id, identity, now, again_at)


def _is_wanting(track: Track, *, writes: bool) -> bool:
    if writes and not track.has_cover:
        return True
    return not all(is_known(track.description, name) for name in _NEEDED)
