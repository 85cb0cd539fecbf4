"""Keeps of each chat as much as a person wants, and empties the trash in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import structlog

from downloader.bell import Bell, wait
from downloader.clock import Clock
from downloader.events import Broadcast, Event, JobMoved
from downloader.merging import Merger
from downloader.retaining import Cleaning, beyond, cleaning
from downloader.supervision import keep_going
from storage.errors import DiskFailure
from storage.retention import Retention
from storage.rulings import Ruling
from storage.states import ENDED_JOBS
from storage.store import Store

log = structlog.get_logger(__name__)

_DAY = timedelta(days=1)


class Cleaner:
    """What is too much of a chat goes into the trash after every job for it, and once a day.

    What lies there longer than `trash_age` is deleted; None: that is for people to do.
    """

    def __init__(
        self, store: Store, merger: Merger, clock: Clock, trash_age: timedelta | None = None
    ) -> None:
        self._store = store
        self._merger = merger
        self._clock = clock
        self._trash_age = trash_age
        self._bell = Bell()
        self._changed: set[int] = set()
        self._next_round: datetime | None = None  # the first is due at the start

    async def look(self, chat_id: int, retention: Retention | None = None) -> Cleaning:
        """Tell what would go, by the retention that stands or by this one; nothing changes."""
        retentions = await self._store.retentions.every()
        if retention is not None:
            retentions[chat_id] = retention
        if chat_id not in retentions:
            return Cleaning()
        now = self._clock.on_the_wall()
        held = {chat_id: await self._store.retentions.held(chat_id, now)}
        let_go = beyond(held[chat_id], chat_id, retentions[chat_id], now)
        concerned = {at for one in held[chat_id] if one.track_id in let_go for at in one.posted}
        for other in concerned & retentions.keys() - {chat_id}:
            held[other] = await self._store.retentions.held(other, now)
        return await asyncio.to_thread(cleaning, chat_id, held, retentions, now)

    async def keep(self, chat_id: int, retention: Retention) -> Ruling | None:
        """Keep so much of a chat from now on; return what became of the rest, if there is any."""
        await self._store.retentions.put(chat_id, retention, self._clock.on_the_wall())
        log.info("retention set", chat=chat_id)
        return await self.clean(chat_id)

    async def clean(self, chat_id: int) -> Ruling | None:
        """Move into the trash what is more than is kept of a chat."""
        found = await self.look(chat_id)
        going = [one.track_id for one in found.going]
        return await self._merger.remove(going, chat_id=chat_id) if going else None

    async def run(self, events: Broadcast) -> None:
        """Clean what is due, until cancelled."""
        with events.listen() as heard:
            await self._run(heard)

    async def _run(self, heard: AsyncIterator[Event]) -> None:
        closing = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow(heard))
            try:
                await keep_going(self.step, self._clock, closing)
            finally:
                closing.set()

    async def step(self) -> None:
        """Clean what is due, and wait until more is."""
        ring = self._bell.next_ring()
        changed, self._changed = self._changed, set()
        now = self._clock.now()
        if self._next_round is None or now >= self._next_round:
            self._next_round = now + _DAY
            changed |= {*await self._store.retentions.every()}
            await self._empty()
        for chat_id in changed:
            await self._clean(chat_id)
        await wait(ring, self._clock, self._next_round - self._clock.now())

    async def _follow(self, heard: AsyncIterator[Event]) -> None:
        async for event in heard:
            if isinstance(event, JobMoved) and event.job.state in ENDED_JOBS and event.job.chat:
                self._changed.add(event.job.chat.id)
                self._bell.ring()

    async def _clean(self, chat_id: int) -> None:
        try:
            await self.clean(chat_id)
        except DiskFailure as failure:
            log.warning("chat not cleaned", chat=chat_id, error=str(failure))

    async def _empty(self) -> None:
        """Delete what has lain in the trash for long enough."""
        if self._trash_age is None:
            return
        before = self._clock.on_the_wall() - self._trash_age
        try:
            if last := await self._store.rulings.last_before(before):
                await self._merger.empty(last)
        except DiskFailure as failure:
            log.warning("trash not emptied", error=str(failure))
