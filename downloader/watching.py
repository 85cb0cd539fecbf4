"""Looks at the chats that people follow when their time has come, and orders what is new.

What is stored last is how far was looked, together with the job. So a kill at any moment lets the
next start look again, and no posting is ordered twice or passed over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import structlog

from downloader.behind import AT_ONCE, asking, looked_to, name_of, news_of, ordering, seen_to
from downloader.bell import Bell, wait
from downloader.clock import Clock
from downloader.errors import DownloaderError
from downloader.events import Broadcast, WatchUntold
from downloader.news import News
from downloader.rationing import rations, share
from downloader.rhythms import in_hours, midnight, next_run
from downloader.setbacks import After, cause, is_final, setback
from downloader.supervision import keep_going
from downloader.surveying import Survey, Surveyor
from storage.errors import DatabaseBusyError, DiskFailure
from storage.handling import aside
from storage.models import Chat, Job, Order, Origin, Reason
from storage.retention import Retention
from storage.store import Store
from storage.watch import Rules, Run, Seen, Watch, WatchState

log = structlog.get_logger(__name__)

_SAMPLE = 50  # postings that tell what a query lets through
_READ_AT_ONCE = 5000  # postings: where few fit, a long look would keep all others waiting
_JITTER = timedelta(seconds=90)  # so that all who look at midnight do not look at once
_LOOK_AGAIN = timedelta(minutes=5)  # a machine may sleep meanwhile, and its timers with it
_NAMED_ANEW = timedelta(hours=1)
_DAY = timedelta(days=1)
_TOGETHER = timedelta(seconds=0.3)  # in which the postings of an album come
# So much sooner than those whose time has come: else they would stand in line behind hundreds.
_AHEAD = timedelta(days=1)
# Where anything may have happened, looks are this far apart, so that calls are left for news.
_APART = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a watch would begin with, and how far the chat is looked at then."""

    survey: Survey
    seen: Seen | None


class Watcher:
    """`accepted` tells the engine of a job that was stored.

    `check_room` raises `DiskError` while nothing more is to be asked for.
    """

    def __init__(
        self,
        store: Store,
        surveyor: Surveyor,
        clock: Clock,
        events: Broadcast,
        accepted: Callable[[Job], None],
        news: News,
        *,
        chance: Random,
        zone: ZoneInfo | None = None,
        check_room: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._store = store
        self._surveyor = surveyor
        self._clock = clock
        self._events = events
        self._accepted = accepted
        self._news = news
        self._chance = chance
        self._zone = zone
        self._check_room = check_room
        self._bell = Bell()
        self._looked_at = Bell()  # rings when a look is over
        self._named: dict[int, datetime] = {}  # when the chat of a watch was asked for
        self._looking = asyncio.Lock()  # one look at a time: Telegram counts them

    async def chat(self, name: str) -> Chat:
        """Find a chat. Raises `downloader.errors`."""
        return await self._surveyor.chat(name)

    async def preview(
        self,
        name: str,
        rules: Rules,
        backfill: int,
        parts: Sequence[str] = (),
        keep: Retention | None = None,
    ) -> Preview:
        """Tell what is to be fetched of what was posted before; without a backfill, what fits.

        Then only the newest postings are looked at. Raises `downloader.errors`.
        """
        chat = await self._surveyor.chat(name)
        newest = replace(asking(name, rules, backfill or _SAMPLE), order=Order.NEWEST)
        now, most = self._clock.on_the_wall(), None if backfill else _SAMPLE
        survey = await self._surveyor.survey(chat, newest, now, parts, most)
        retention = keep or (await self._store.retentions.every()).get(chat.id)
        if retention is not None:
            await self._surveyor.keep_within(survey, retention, now)
        return Preview(survey, seen_to(survey.first) if survey.first else None)

    def from_now_on(self, chat: Chat) -> Preview:
        """Begin with what is posted from now on, where nobody can look what was before."""
        return Preview(Survey(chat), Seen(None, self._clock.on_the_wall()))

    async def follow(
        self,
        name: str,
        rules: Rules,
        origin: Origin,
        preview: Preview,
        known: Watch | None = None,
        *,
        goes_on: bool = False,
    ) -> Watch:
        """Follow a chat from here on; a watch that is `known` does so by these rules then.

        If that `goes_on`, it does from where it is.
        """
        said = (name, rules, origin, self._clock.on_the_wall())
        chat, seen, watches = preview.survey.chat, preview.seen, self._store.watches
        if known is None:
            watch = await watches.add(*said, chat=chat, seen=seen)
        else:
            how = (known.id, *said)
            watch = await watches.renew(*how, chat=chat, seen=seen, goes_on=goes_on)
        log.info("chat followed", watch=watch.id, chat=watch.name)
        self._bell.ring()
        return watch

    async def look_now(self, watch_id: int) -> Watch:
        """Let a watch look, whatever it waits for, and return it then. Raises `NotStoredError`.

        What people were told of it before is not told again: who wants it to look sees the watch.
        """
        now = self._clock.on_the_wall()
        async with self._looking:
            before = watch = await self._store.watches.get(watch_id)
            if watch is None or watch.troubles or watch.state is not WatchState.ACTIVE:
                watch = await self._store.watches.set(watch_id, WatchState.ACTIVE, now)
            self._named.pop(watch_id, None)
            await self._look(watch, before)
        self._bell.ring()
        return await self._store.watches.get(watch_id) or watch

    async def looked(self, watch_id: int, patience: timedelta) -> Watch | None:
        """Return a watch when the look that is due is over, or after so long as it is then."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience.total_seconds()):
                await self._over(watch_id)
        return await self._store.watches.get(watch_id)

    async def try_all(self, watch: Watch) -> None:
        """Let all that wait as this one does look at once, and wait for the look of this one."""
        if watch.reason is not None:
            with aside():
                await self._store.watches.hurry_held(watch.reason, self._clock.on_the_wall())
        await self.look_now(watch.id)

    async def pause(self, watch_id: int) -> Watch:
        now = self._clock.on_the_wall()
        return await self._store.watches.set(watch_id, WatchState.PAUSED, now)

    async def alter(self, watch: Watch, rules: Rules) -> Watch:
        """Let a watch go by other rules, and on from where it is. Raises `NotStoredError`."""
        now, next_at = self._clock.on_the_wall(), watch.next_at
        if not watch.troubles and rules.rhythm != watch.rules.rhythm:
            next_at = self._next(replace(watch, rules=rules), now)
        elif not watch.troubles and rules.most_a_day != watch.rules.most_a_day:
            next_at = min(next_at, now)
        altered = await self._store.watches.alter(watch.id, rules, next_at)
        self._bell.ring()
        return altered

    async def run(self) -> None:
        """Look whenever it is time to, until cancelled."""
        closing = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(keep_going(self.hear, self._clock, closing))
            try:
                await keep_going(self.step, self._clock, closing)
            finally:
                closing.set()

    async def hear(self) -> None:
        """Look at once where something was posted that is followed live."""
        await self._news.arrive()
        await self._clock.sleep(_TOGETHER.total_seconds())
        async with self._looking:  # or the end of a look would put it off again
            await self._hurry()
        self._bell.ring()

    async def step(self) -> None:
        """Look where it is time to; wait where it is not."""
        ring = self._bell.next_ring()
        async with self._looking:
            now = self._clock.on_the_wall()
            watch = await self._store.watches.due(now)
            if watch is not None:
                await self._look_when_it_may(watch, now)
                self._looked_at.ring()
                return
        self._news.want(any(map(_is_live, await self._store.watches.every())))
        due = await self._store.watches.next_due()
        until = due - self._clock.on_the_wall() if due else _LOOK_AGAIN
        await wait(ring, self._clock, min(until, _LOOK_AGAIN))

    async def _over(self, watch_id: int) -> None:
        while True:
            ring = self._looked_at.next_ring()
            watch, now = await self._store.watches.get(watch_id), self._clock.on_the_wall()
            if watch is None or watch.state is not WatchState.ACTIVE or watch.next_at > now:
                return
            await ring.wait()

    async def _hurry(self) -> None:
        news, now = self._news.taken(), self._clock.on_the_wall()
        live = [watch for watch in await self._store.watches.every() if _is_live(watch)]
        free = [watch for watch in live if in_hours(watch.rules, now, self._zone) <= now]
        for watch in free:
            if watch.chat is not None and watch.chat.id in news.chats:
                await self._store.watches.hurry(watch.id, now - _AHEAD)
        for number, watch in enumerate(free if news.has_missed else ()):
            await self._store.watches.hurry(watch.id, now + number * _APART)

    async def _look_when_it_may(self, watch: Watch, now: datetime) -> None:
        """Look at once, or within its hours: it may be late, or have been put off."""
        opening = in_hours(watch.rules, now, self._zone)
        if opening > now:
            await self._store.watches.postpone(watch, opening)
        else:
            await self._look(watch)

    async def _look(self, watch: Watch, before: Watch | None = None) -> None:
        """Have a watch look; `before` is what it was when a person said so, if one did."""
        with structlog.contextvars.bound_contextvars(watch=watch.id):
            await self._looked(watch, before)

    async def _looked(self, watch: Watch, before: Watch | None) -> None:
        now = self._clock.on_the_wall()
        try:
            if self._check_room:
                await self._check_room()
            chat = await self._chat(watch, now)
            request = news_of(watch)
            survey = await self._surveyor.survey(chat, request, now, most=_READ_AT_ONCE)
        except (DownloaderError, DiskFailure) as error:
            await self._put_off(watch, cause(error), now, before)
        except DatabaseBusyError:
            raise  # no fault of the chat, nor could one be stored
        except Exception as error:
            log.exception("a look broke")  # it must not hold up all others
            broken = DownloaderError(Reason.BROKEN, type(error).__name__)
            await self._put_off(watch, broken, now, before)
        else:
            await self._fire(watch, chat, survey, now)

    async def _chat(self, watch: Watch, now: datetime) -> Chat:
        """Find the chat of a watch. What it is called is asked for now and then only.

        Calls are scarce, and a chat that may be read no more shows when it is read.
        """
        since = now - self._named.get(watch.id, datetime.min.replace(tzinfo=UTC))
        if watch.chat is not None and not watch.troubles and timedelta(0) <= since < _NAMED_ANEW:
            return watch.chat
        chat = await self._surveyor.chat(name_of(watch))
        self._named[watch.id] = now
        return chat

    async def _fire(self, watch: Watch, chat: Chat, survey: Survey, now: datetime) -> None:
        is_full = len(survey.wanted) == AT_ONCE or survey.read == _READ_AT_ONCE
        ends_with_it = bool(survey.wanted) and survey.last is survey.wanted[-1]
        budgets = await rations(self._store, watch, now, self._zone)
        today = share(budgets, survey, may_go_on=is_full and ends_with_it)
        taken = today.taken
        is_all = len(taken) == len(survey.wanted)
        last = survey.last if is_all else (taken[-1] if taken else None)
        run = Run(now, survey.read, len(taken), sum(map(survey.cost, taken)))
        next_at = self._next(watch, now)
        if today.cut_off_by:
            tomorrow = midnight(now + _DAY, self._zone)
            # Where all have to wait, the day begins with the most important ones.
            next_at = tomorrow if today.is_for_all else max(next_at, tomorrow)
        elif is_full:
            next_at = now  # there may be more
        seen = seen_to(last) if last else None
        job = await self._store.watches.fire(
            watch,
            run,
            ordering(watch, taken),
            next_at,
            chat=chat,
            seen=seen,
            found=taken,
            looked=looked_to(seen, watch, chat),
        )
        if job is not None:
            log.info("chat looked at", read=survey.read, found=len(taken), job=job.id)
            self._accepted(job)
        now_called = replace(watch, chat=chat)
        self._tell(now_called if now_called.is_renamed else None)

    async def _put_off(
        self, watch: Watch, error: DownloaderError, now: datetime, before: Watch | None
    ) -> None:
        log.warning("chat not looked at", error=str(error), troubles=watch.troubles)
        run, its = Run(now, reason=error.reason, detail=error.detail), setback(watch, error)
        watches = self._store.watches
        # People were told, and have said that it shall look all the same.
        was_told = before is not None and before.reason is error.reason
        was_lost = before is not None and before.state is WatchState.LOST
        match After.LOST if was_lost and is_final(error) else its.after:
            case After.HELD:
                pause = (error.reason, now + its.pause)
                if await watches.hold(watch, *pause, untold=not was_told):
                    self._tell(watch)
            case After.LOST:
                lost = await watches.put_off(
                    watch, run, now, state=WatchState.LOST, untold=not was_lost
                )
                self._tell(None if was_lost else lost)
            case After.LATER:
                await watches.put_off(watch, run, now + its.pause)

    def _tell(self, watch: Watch | None) -> None:
        if watch is not None:
            self._events.publish(WatchUntold(watch))

    def _next(self, watch: Watch, now: datetime) -> datetime:
        jitter = _JITTER * self._chance.random()
        return next_run(watch.rules, now, self._zone) + jitter


def _is_live(watch: Watch) -> bool:
    return watch.state is WatchState.ACTIVE and watch.rules.rhythm.is_live
