"""Looks at the chats that people follow when their time has come, and orders what is new.

What is stored last is how far was looked, together with the job. So a kill at any moment lets the
next start look again, and no posting is ordered twice or passed over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import structlog

from downloader.albums import albums, untorn
from downloader.bell import Bell, wait
from downloader.clock import Clock
from downloader.errors import DownloaderError
from downloader.events import Broadcast, ChatRenamed, WatchHeld, WatchLost
from downloader.news import News
from downloader.rationing import Ration, ration
from downloader.rhythms import in_hours, midnight, next_run
from downloader.setbacks import After, cause, setback
from downloader.supervision import keep_going
from downloader.surveying import Survey, Surveyor
from storage.acting import aside
from storage.errors import DatabaseBusyError, DiskFailure
from storage.models import Audio, Chat, Job, Order, Origin, Reason, Request
from storage.retention import Retention
from storage.store import Store
from storage.stretch import Looked, Stretch
from storage.watch import Called, Rules, Run, Seen, Watch, WatchState

log = structlog.get_logger(__name__)

_SAMPLE = 50  # postings that tell what a query lets through
_AT_ONCE = 1000  # postings that one run orders: the next one goes on behind them
_READ_AT_ONCE = 5000  # postings: where few fit, a long look would keep all others waiting
_JITTER = timedelta(seconds=90)  # so that all who look at midnight do not look at once
_LOOK_AGAIN = timedelta(minutes=5)  # a machine may sleep meanwhile, and its timers with it
_NAMED_ANEW = timedelta(hours=1)
_NEXT = timedelta(seconds=1)  # in which Telegram tells times
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
        self._named: dict[int, datetime] = {}  # when the chat of a watch was asked for
        self._looking = asyncio.Lock()  # one look at a time: Telegram counts them

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
        newest = replace(_request(name, rules, backfill or _SAMPLE), order=Order.NEWEST)
        now, most = self._clock.on_the_wall(), None if backfill else _SAMPLE
        survey = await self._surveyor.survey(chat, newest, now, parts, most)
        retention = keep or (await self._store.retentions.every()).get(chat.id)
        if retention is not None:
            await self._surveyor.keep_within(survey, retention, now)
        return Preview(survey, _seen_to(survey.first) if survey.first else None)

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
        """Let a watch look, whatever it waits for, and return it then. Raises `NotStoredError`."""
        now = self._clock.on_the_wall()
        async with self._looking:
            watch = await self._store.watches.get(watch_id)
            if watch is None or watch.troubles or watch.state is not WatchState.ACTIVE:
                watch = await self._store.watches.set(watch_id, WatchState.ACTIVE, now)
            self._named.pop(watch_id, None)
            await self._look(watch)
        self._bell.ring()
        return await self._store.watches.get(watch_id) or watch

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
                return
        self._news.want(any(map(_is_live, await self._store.watches.every())))
        due = await self._store.watches.next_due()
        until = due - self._clock.on_the_wall() if due else _LOOK_AGAIN
        await wait(ring, self._clock, min(until, _LOOK_AGAIN))

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

    async def _look(self, watch: Watch) -> None:
        with structlog.contextvars.bound_contextvars(watch=watch.id):
            await self._looked(watch)

    async def _looked(self, watch: Watch) -> None:
        now = self._clock.on_the_wall()
        try:
            if self._check_room:
                await self._check_room()
            chat = await self._chat(watch, now)
            request = _news(watch)
            survey = await self._surveyor.survey(chat, request, now, most=_READ_AT_ONCE)
        except (DownloaderError, DiskFailure) as error:
            await self._put_off(watch, cause(error), now)
        except DatabaseBusyError:
            raise  # no fault of the chat, nor could one be stored
        except Exception as error:
            log.exception("a look broke")  # it must not hold up all others
            broken = DownloaderError(Reason.BROKEN, type(error).__name__)
            await self._put_off(watch, broken, now)
        else:
            await self._fire(watch, chat, survey, now)

    async def _chat(self, watch: Watch, now: datetime) -> Chat:
        """Find the chat of a watch. What it is called is asked for now and then only.

        Calls are scarce, and a chat that may be read no more shows when it is read.
        """
        since = now - self._named.get(watch.id, datetime.min.replace(tzinfo=UTC))
        if watch.chat is not None and not watch.troubles and timedelta(0) <= since < _NAMED_ANEW:
            return watch.chat
        chat = await self._surveyor.chat(_name(watch))
        self._named[watch.id] = now
        return chat

    async def _fire(self, watch: Watch, chat: Chat, survey: Survey, now: datetime) -> None:
        is_full = len(survey.wanted) == _AT_ONCE or survey.read == _READ_AT_ONCE
        ends_with_it = bool(survey.wanted) and survey.last is survey.wanted[-1]
        offered = untorn(survey.wanted) if is_full and ends_with_it else survey.wanted
        limit = await ration(self._store, watch, now, self._zone)
        taken = _within(limit, survey, offered)
        is_all = len(taken) == len(survey.wanted)
        last = survey.last if is_all else (taken[-1] if taken else None)
        size = sum(one.size for one in taken if one.message_id not in survey.known)
        run = Run(now, survey.read, len(taken), size)
        next_at = self._next(watch, now)
        if len(taken) < len(offered):
            tomorrow = midnight(now + _DAY, self._zone)
            # Where all have to wait, the day begins with the most important ones.
            of_all = limit is not None and limit.is_of_all
            next_at = tomorrow if of_all else max(next_at, tomorrow)
        elif is_full:
            next_at = now  # there may be more
        seen = _seen_to(last) if last else None
        job = await self._store.watches.fire(
            watch,
            run,
            _order(watch, taken),
            next_at,
            chat=chat,
            seen=seen,
            found=taken,
            looked=_looked_to(seen, watch, chat),
        )
        if job is not None:
            log.info("chat looked at", read=survey.read, found=len(taken), job=job.id)
            self._accepted(job)
        await self._tell_renamed(watch, chat)

    async def _tell_renamed(self, watch: Watch, chat: Chat) -> None:
        """Tell that a chat is called otherwise, where that was entered."""
        before, now = watch.called, Called(chat.title, chat.username)
        if before is not None and before != now:
            renamed = await self._store.watches.get(watch.id)
            if renamed is not None and renamed.called == now:
                self._events.publish(ChatRenamed(renamed, before))

    async def _put_off(self, watch: Watch, error: DownloaderError, now: datetime) -> None:
        log.warning("chat not looked at", error=str(error), troubles=watch.troubles)
        run, its = Run(now, reason=error.reason, detail=error.detail), setback(watch, error)
        watches = self._store.watches
        match its.after:
            case After.HELD:
                if await watches.hold(watch, error.reason, now + its.pause):
                    self._events.publish(WatchHeld(watch, error.reason))
            case After.LOST:
                lost = await watches.put_off(watch, run, now, state=WatchState.LOST)
                if lost is not None:
                    self._events.publish(WatchLost(lost))
            case After.LATER:
                await watches.put_off(watch, run, now + its.pause)

    def _next(self, watch: Watch, now: datetime) -> datetime:
        jitter = _JITTER * self._chance.random()
        return next_run(watch.rules, now, self._zone) + jitter


def _within(limit: Ration | None, survey: Survey, offered: Sequence[Audio]) -> list[Audio]:
    """Return as much of the beginning as may be fetched today, and no album in pieces.

    What is larger than that comes alone, on a day of its own, or nothing ever would again.
    """
    if limit is None:
        return [*offered]
    asked = limit.asked
    taken: list[Audio] = []
    for together in albums(offered):
        size = sum(one.size for one in together if one.message_id not in survey.known)
        if asked and asked + size > limit.most:
            break
        asked += size
        taken += together
    return taken


def _is_live(watch: Watch) -> bool:
    return watch.state is WatchState.ACTIVE and watch.rules.rhythm.is_live


def _name(watch: Watch) -> str:
    """Return by what a chat is found that was found before: its number, if it was renamed since."""
    return watch.name if watch.chat is None else str(watch.chat.id)


def _request(name: str, rules: Rules, limit: int) -> Request:
    return replace(rules.asking(name, limit), order=Order.OLDEST)


def _news(watch: Watch) -> Request:
    """Ask for what was posted since the last look."""
    return _behind(_request(_name(watch), watch.rules, _AT_ONCE), watch)


def _behind(request: Request, watch: Watch) -> Request:
    if watch.seen is None:
        return request
    if watch.seen.message_id is not None:
        return replace(request, first_id=watch.seen.message_id + 1)
    return replace(request, since=watch.seen.posted_at + _NEXT)


def _order(watch: Watch, taken: Sequence[Audio]) -> Request | None:
    if not taken:
        return None
    news = replace(_news(watch), limit=len(taken), watch=watch.id)
    seen = _seen_to(taken[-1])
    if seen.message_id is not None:
        return replace(news, last_id=seen.message_id)
    return replace(news, until=seen.posted_at + _NEXT)


def _seen_to(last: Audio) -> Seen:
    return Seen(last.message_id if last.account is None else None, last.posted_at)


def _looked_to(seen: Seen | None, watch: Watch, chat: Chat) -> Looked | None:
    """Tell which messages were looked at since the last time, where all number them alike."""
    before = watch.seen
    if seen is None or seen.message_id is None or (before and before.message_id is None):
        return None
    first = before.message_id + 1 if before and before.message_id else 1
    read = Stretch(first, seen.message_id)
    return Looked(chat.id, read, watch.rules.topic, voice=watch.rules.voice)
