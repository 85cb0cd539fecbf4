"""Tells people what became of their watches: at once where they must act, else once a day."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from aiogram import Bot
from structlog import get_logger

from bot import tidingtexts as texts
from bot import watchfaces
from bot.callbacks import Seal
from bot.faces import Face
from bot.telling import tell
from bot.tidingtexts import Tiding
from downloader.bell import Bell, wait
from downloader.clock import Clock
from downloader.events import Broadcast, Event, JobMoved, WatchUntold
from downloader.rhythms import latest
from downloader.supervision import keep_going
from storage.models import Job, JobState
from storage.states import ENDED_JOBS
from storage.store import Store
from storage.watch import Watch, WatchState

log = get_logger(__name__)

_LOOK_AGAIN = timedelta(minutes=1)  # a machine may sleep, and Telegram be away
_DAY = timedelta(days=1)


class Tidings:
    def __init__(
        self,
        bot: Bot,
        store: Store,
        events: Broadcast,
        clock: Clock,
        seal: Seal,
        zone: ZoneInfo | None,
    ) -> None:
        self._send = partial(tell, bot, seal)
        self._store = store
        self._events = events
        self._clock = clock
        self._zone = zone
        self._bell = Bell()

    async def run(self) -> None:
        """Tell, until cancelled."""
        closing = asyncio.Event()
        with self._events.listen() as events:
            async with asyncio.TaskGroup() as group:
                group.create_task(keep_going(self.step, self._clock, closing))
                try:
                    async for event in events:
                        await self._hear(event)
                finally:
                    closing.set()

    async def step(self) -> None:
        """Tell of watches what nobody knows, and of the quiet downloads that are over.

        Waits where it is not time for any of that.
        """
        ring = self._bell.next_ring()
        now = self._clock.on_the_wall()
        watches = {one.id: one for one in await self._store.watches.every()}
        for one in watches.values():
            await self._tell_of(one)
        others: dict[int, list[Job]] = {}
        daily = {_digest_of(one): list[Job]() for one in watches.values() if one.rules.digest_at}
        for job in await self._store.watch_jobs.untold():
            watch = watches.get(job.request.watch or 0)
            if watch is not None and watch.rules.digest_at is not None:
                daily[_digest_of(watch)].append(job)
            else:
                others.setdefault(job.origin.chat_id, []).append(job)
        for chat_id, jobs in others.items():
            await self._tell_failed(chat_id, jobs)
        for (chat_id, at), jobs in daily.items():
            its = [one for one in watches.values() if _digest_of(one) == (chat_id, at)]
            if await self._is_due(chat_id, at, its, now):
                await self._tell_digest(chat_id, at, jobs, watches, now)
        await wait(ring, self._clock, _LOOK_AGAIN)

    async def _hear(self, event: Event) -> None:
        match event:
            case WatchUntold():
                self._bell.ring()
            case JobMoved(job) if job.request.is_quiet and job.state in ENDED_JOBS:
                self._bell.ring()

    async def _tell_of(self, watch: Watch) -> None:
        """Tell that it stands still, and that its chat has another name, where nobody knows."""
        chat_id, watches = watch.origin.chat_id, self._store.watches
        stopped = watchfaces.lost if watch.state is WatchState.LOST else watchfaces.held
        if watch.is_untold and await self._send(chat_id, stopped(watch)):
            await watches.told(watch)
        if watch.is_renamed and await self._send(chat_id, Face(texts.renamed(watch))):
            await watches.told_name(watch)

    async def _tell_failed(self, chat_id: int, jobs: Sequence[Job]) -> None:
        """Tell once of what failed quietly; of what went well nobody wants to hear."""
        tidings = [one for one in await self._tidings(jobs, {}) if one.has_failed]
        if not tidings or await self._send(chat_id, Face(texts.failed(tidings))):
            await self._store.watch_jobs.told([job.id for job in jobs])

    async def _is_due(
        self, chat_id: int, at: time, watches: Collection[Watch], now: datetime
    ) -> bool:
        sent = await self._store.watch_jobs.digest_sent_at(chat_id, _minute(at))
        begun = [min(one.made_at for one in watches)]
        # What is later than now says nothing: the clock was put back since.
        since = [one for one in (sent, *begun) if one is not None and one <= now + _DAY]
        return not since or since[0] < latest(at, now, self._zone)

    async def _tell_digest(
        self,
        chat_id: int,
        at: time,
        jobs: Sequence[Job],
        watches: Mapping[int, Watch],
        now: datetime,
    ) -> None:
        tidings = [one for one in await self._tidings(jobs, watches) if one.is_worth_telling]
        if not tidings or await self._send(chat_id, Face(texts.digest(tidings))):
            ids = [job.id for job in jobs]
            await self._store.watch_jobs.digest_sent(chat_id, _minute(at), now, ids)

    async def _tidings(self, jobs: Sequence[Job], watches: Mapping[int, Watch]) -> list[Tiding]:
        """Return what there is to tell of each watch, or of each job whose watch is not given."""
        groups: dict[tuple[int, int], list[Job]] = {}
        for job in jobs:
            watch_id = job.request.watch or 0
            key = (watch_id, 0) if watch_id in watches else (watch_id, job.id)
            groups.setdefault(key, []).append(job)
        return [await self._tiding(its, watches.get(its[0].request.watch or 0)) for its in
                groups.values()]  # fmt: skip

    async def _tiding(self, jobs: Sequence[Job], watch: Watch | None) -> Tiding:
        brought = await self._store.watch_jobs.brought([job.id for job in jobs])
        whole = [job for job in jobs if job.state is JobState.FAILED and job.reason]
        return Tiding(jobs[-1], watch, brought, tuple(job.reason for job in whole if job.reason))


def _digest_of(watch: Watch) -> tuple[int, time]:
    return watch.origin.chat_id, watch.rules.digest_at or time.max


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
