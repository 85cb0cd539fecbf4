"""Listens to the tracks of the library, one after the other, for what they sound like."""

from __future__ import annotations

import asyncio

import structlog

from downloader.bell import Bell, wait
from downloader.clock import Clock
from downloader.events import Broadcast, ItemMoved, TrackHeard
from downloader.hearing import Hearing
from downloader.levelling import REST, Leveller
from downloader.supervision import keep_going
from storage.errors import DiskFailure
from storage.listened import Unheard
from storage.models import ItemState
from storage.sound import Aspect
from storage.store import Store

log = structlog.get_logger(__name__)


class Listener:
    """Works in the background, and is never waited for. It ends where nothing can be heard.

    Once in a while it is looked for tracks that came in some other way, or whose files could not
    be opened.
    """

    def __init__(
        self,
        store: Store,
        hearing: Hearing,
        clock: Clock,
        events: Broadcast,
        leveller: Leveller | None = None,
    ) -> None:
        self._store = store
        self._hearing = hearing
        self._clock = clock
        self._events = events
        self._leveller = leveller
        self._bell = Bell()
        self._last = 0  # track that was listened to
        self._closing = asyncio.Event()

    @property
    def tells_apart(self) -> bool:
        """Whether it hears by what tracks are told apart: not without that part of ffmpeg."""
        return Aspect.FINGERPRINT in self._hearing.wanted and not self._closing.is_set()

    async def run(self) -> None:
        """Listen to whatever nobody has heard yet, until cancelled."""
        async with asyncio.TaskGroup() as group:
            following = group.create_task(self._follow())
            try:
                await keep_going(self.step, self._clock, self._closing)
            finally:
                self._closing.set()
                following.cancel()

    async def step(self) -> None:
        """Listen to the next track, and have one say how loud it is; wait where there is none."""
        ring = self._bell.next_ring()
        wanted = self._hearing.wanted
        found = await self._store.listened.unheard(wanted, self._last, 1) if wanted else []
        for one in found:
            self._last = one.track.id
            await self._listen(one)
        if not self._hearing.wanted:
            self._closing.set()
            return
        levelled = self._leveller is not None and await self._leveller.step()
        if not (found or levelled):
            await wait(ring, self._clock, REST)
            self._last = self._last if ring.is_set() else 0

    async def _follow(self) -> None:
        with self._events.listen() as heard:
            async for event in heard:
                if isinstance(event, ItemMoved) and event.item.state is ItemState.SAVED:
                    self._bell.ring()

    async def _listen(self, one: Unheard) -> None:
        track_id = one.track.id
        try:
            changes = await self._hearing.hear(one.track, one.aspects)
        except DiskFailure as failure:
            log.debug("not listened to", track=track_id, error=str(failure))
            return
        log.debug("listened to", track=track_id, aspects=sorted(one.aspects), changes=changes)
        self._events.publish(TrackHeard(track_id, changes))
