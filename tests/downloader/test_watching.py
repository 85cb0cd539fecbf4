from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from pathlib import Path
from random import Random

import pytest

from downloader.errors import (
    ChatUnavailableError,
    DiskError,
    OfflineError,
    RefusedError,
    ThrottledError,
)
from downloader.events import Broadcast, Event
from downloader.surveying import Surveyor
from downloader.watching import Watcher
from storage.errors import DiskFailure, DiskTrouble
from storage.models import ItemState, Job, Order, Origin, Reason
from storage.store import Store
from storage.stretch import Stretch
from storage.watch import Notice, Rhythm, Rules, Seen, Watch, WatchState
from tests.downloader.acting import WATCH, brought
from tests.downloader.scripted import JAZZ, ROCK, START, OwnedTime, ScriptedSource, song
from tests.stores import store_at

ME = Origin(person_id=7, chat_id=70)
HOUR = timedelta(hours=1)
HOURLY = Rules(Rhythm(every=HOUR))
PATIENCE = 20.0


@dataclass(slots=True)
class Rig:
    """A watcher whose time stands still; `jobs` are those that the engine was told of."""

    store: Store
    source: ScriptedSource
    time: OwnedTime = field(default_factory=OwnedTime)
    events: Broadcast = field(default_factory=Broadcast)
    jobs: list[Job] = field(default_factory=list)
    is_full: bool = False

    @property
    def watcher(self) -> Watcher:
        surveyor = Surveyor(self.store, self.source, timedelta(minutes=1))
        clock, chance = self.time.clock, Random(1)
        given = (self.store, surveyor, clock, self.events, self.jobs.append, self.source.news)
        return Watcher(*given, chance=chance, check_room=self.check_room)

    async def check_room(self) -> None:
        if self.is_full:
            raise DiskError(Reason.DISK_FULL, "1 bytes")

    async def follow(self, rules: Rules = HOURLY, name: str = "@jazz") -> Watch:
        preview = await self.watcher.preview(name, rules, 0)
        return await self.watcher.follow(name, rules, ME, preview)

    async def look(self) -> Watch:
        """Let the only watch look when its time has come, and return it as it is then."""
        due = await self.store.watches.next_due()
        assert due is not None
        if (left := due - self.time.now()) > timedelta(0):
            self.time.seconds += left.total_seconds()
        await self.watcher.step()
        [watch] = await self.store.watches.every()
        return watch

    def post(self, *numbers: int, size: int = 10_000) -> None:
        self.source.songs += [song(number, size=size) for number in numbers]

    @property
    def orders(self) -> list[tuple[int | None, int | None, int]]:
        return [(one.request.first_id, one.request.last_id, one.request.limit) for one in self.jobs]


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        songs = [song(number) for number in range(1, 4)]
        yield Rig(store, ScriptedSource(*songs, song(1, chat=ROCK), chats=(JAZZ, ROCK)))


async def test_only_what_is_posted_from_now_on_is_ordered(rig: Rig) -> None:
    watch = await rig.follow()
    await rig.look()
    rig.post(4, 5)
    after = await rig.look()
    [job] = rig.jobs

    assert Seen(3, song(3).posted_at) == watch.seen
    assert Seen(5, song(5).posted_at) == after.seen
    assert [(4, 5, 2)] == rig.orders
    assert (Order.OLDEST, watch.id, ME) == (job.request.order, job.request.watch, job.origin)
    assert [job] == await rig.store.jobs.every()


async def test_what_was_found_is_the_plan_of_the_job_so_that_nobody_looks_again(rig: Rig) -> None:
    await rig.follow(replace(HOURLY, query="-5"))
    rig.post(4, 5, 6)
    await rig.look()
    [job] = rig.jobs
    items = await rig.store.items.of_job(job.id)

    assert [song(4), song(6)] == [item.audio for item in items]
    assert {ItemState.QUEUED} == {item.state for item in items}


async def test_what_does_not_fit_is_passed_over_for_good(rig: Rig) -> None:
    await rig.follow(replace(HOURLY, query='"song 5"', notice=Notice.QUIET))
    rig.post(4, 5, 6)
    await rig.look()
    rig.post(7)
    after = await rig.look()
    [request] = [job.request for job in rig.jobs]

    assert (4, 5, 1) == (request.first_id, request.last_id, request.limit)
    assert ('"song 5"', True) == (request.query, request.is_quiet)
    assert after.seen is not None
    assert 7 == after.seen.message_id


async def test_it_looks_again_when_its_rhythm_says_and_little_later(rig: Rig) -> None:
    await rig.follow()
    before = rig.time.now()
    after = await rig.look()

    assert before + HOUR <= after.next_at <= before + HOUR + timedelta(seconds=90)


async def test_outside_its_hours_it_waits(rig: Rig) -> None:
    await rig.follow(replace(HOURLY, hours=(time(2), time(3))))
    after = await rig.look()

    assert 2 == after.next_at.astimezone().hour


async def test_what_became_due_while_nobody_could_look_waits_for_its_hours(rig: Rig) -> None:
    await rig.follow(replace(HOURLY, hours=(time(2), time(3))))
    rig.post(4)
    early = await rig.look()
    rig.time.seconds += (early.next_at - rig.time.now() + 6 * HOUR).total_seconds()
    late = await rig.look()
    ordered = len(rig.jobs)
    await rig.look()

    assert [2, 2] == [one.next_at.astimezone().hour for one in (early, late)]
    assert (0, [(4, 4, 1)]) == (ordered, rig.orders)


async def test_no_more_is_ordered_in_a_day_than_it_may(rig: Rig) -> None:
    await rig.follow(replace(HOURLY, most_a_day=25_000))
    rig.post(4, 5, 6, 7)
    first = await rig.look()
    second = await rig.look()
    third = await rig.look()

    assert [(4, 5, 2), (6, 7, 2)] == rig.orders
    assert first.next_at.astimezone().date() > song(0).posted_at.astimezone().date()
    assert (5, 7, 7) == tuple(one.seen and one.seen.message_id for one in (first, second, third))


async def test_what_is_larger_than_a_day_allows_comes_alone(rig: Rig) -> None:
    await rig.follow(replace(HOURLY, most_a_day=5_000))
    rig.post(4, 5)
    await rig.look()
    await rig.look()

    assert [(4, 4, 1), (5, 5, 1)] == rig.orders


async def removed(rig: Rig, number: int) -> None:
    """Let a person have removed what a posting holds."""
    [track] = await brought(rig.store, number, actions=())
    await rig.store.watches.remove(WATCH)
    ruling = await rig.store.rulings.remove([track.id], START, best_id=track.id)
    assert ruling is not None
    await rig.store.rulings.stand(ruling)


async def test_what_a_person_has_removed_uses_up_no_budget(rig: Rig) -> None:
    await removed(rig, 4)
    await rig.follow(replace(HOURLY, most_a_day=25_000))
    rig.post(4, 5, 6)
    watch = await rig.look()
    [run] = await rig.store.watches.runs(watch.id, 1)

    assert (3, 20_000) == (run.found, run.size)


async def test_an_album_is_torn_neither_by_a_day_nor_by_a_crowd(rig: Rig) -> None:
    await rig.follow(replace(HOURLY, most_a_day=25_000))
    rig.source.songs += [replace(song(number), album=number // 2) for number in range(4, 10)]
    for _ in range(3):
        await rig.look()

    assert [(4, 5, 2), (6, 7, 2), (8, 9, 2)] == rig.orders


async def test_an_album_at_the_end_of_a_crowd_comes_with_the_next(rig: Rig) -> None:
    await rig.follow()
    rig.source.songs += [replace(song(number), album=number // 8) for number in range(4, 1100)]
    await rig.look()
    await rig.look()

    assert [(4, 999, 996), (1000, 1099, 100)] == rig.orders


async def test_what_was_looked_at_is_known_without_a_gap(rig: Rig) -> None:
    await rig.follow(replace(HOURLY, query='"song 5"'))
    rig.post(4, 5, 6)
    await rig.look()
    rig.source.script("audio", OfflineError("x"), times=2)
    rig.post(8, 9)
    looked = []
    for _ in range(3):
        await rig.look()
        looked.append(await rig.store.stretches.of(JAZZ.id))

    assert [[Stretch(4, 6)], [Stretch(4, 6)], [Stretch(4, 9)]] == looked


async def test_a_crowd_is_ordered_in_turns_without_a_pause(rig: Rig) -> None:
    await rig.follow()
    rig.post(*range(4, 2504))
    nows = []
    for _ in range(3):
        after = await rig.look()
        nows.append(after.next_at <= rig.time.now())

    assert [(4, 1003, 1000), (1004, 2003, 1000), (2004, 2503, 500)] == rig.orders
    assert [True, True, False] == nows


@pytest.mark.parametrize(
    ("error", "pause"),
    [
        (OfflineError("x"), timedelta(minutes=1)),
        (ThrottledError(timedelta(minutes=20)), timedelta(minutes=20)),
        (ChatUnavailableError(Reason.CHAT_PRIVATE, "x"), timedelta(minutes=1)),
        (ValueError("a mistake of ours"), timedelta(minutes=1)),
    ],
)
async def test_what_goes_wrong_puts_it_off_and_loses_nothing(
    rig: Rig, error: Exception, pause: timedelta
) -> None:
    watch = await rig.follow()
    rig.post(4)
    rig.source.script("audio", error)
    late = await rig.look()
    now = rig.time.now()
    after = await rig.look()

    assert (watch.seen, now + pause, 1) == (late.seen, late.next_at, late.troubles)
    assert [(4, 4, 1)] == rig.orders
    assert (0, None) == (after.troubles, after.reason)


async def test_a_disk_that_is_away_puts_one_look_off_and_keeps_no_other_waiting(rig: Rig) -> None:
    first = await rig.follow()
    second = await rig.follow(name="@rock")
    rig.source.script("audio", DiskFailure(DiskTrouble.MISSING, Path("/music")))
    for _ in range(2):
        await rig.watcher.step()
    runs = [await rig.store.watches.runs(one.id, 9) for one in (first, second)]

    assert [[Reason.DISK_MISSING], [None]] == [[run.reason for run in some] for some in runs]


@pytest.mark.parametrize(
    ("error", "longest"), [(RefusedError("x"), 360), (OfflineError("x"), 15)], ids=str
)
async def test_pauses_grow_with_the_troubles_but_little_while_there_is_no_line(
    rig: Rig, error: Exception, longest: int
) -> None:
    await rig.follow()
    rig.source.script("audio", error, times=12)
    pauses = []
    for _ in range(12):
        watch = await rig.look()
        pauses.append((watch.next_at - rig.time.now()) // timedelta(minutes=1))

    assert [min(2**number, longest) for number in range(12)] == pauses


async def test_a_chat_that_stays_closed_is_told_of_once_and_left_alone(rig: Rig) -> None:
    await rig.follow()
    rig.source.script("audio", ChatUnavailableError(Reason.CHAT_PRIVATE, "x"), times=3)
    heard: list[Event] = []
    with rig.events.listen() as events:
        for _ in range(3):
            watch = await rig.look()
        heard.append(await anext(events))

    assert (WatchState.LOST, Reason.CHAT_PRIVATE) == (watch.state, watch.reason)
    assert [watch] == [event.watch for event in heard if hasattr(event, "watch")]
    assert await rig.store.watches.next_due() is None


async def test_looking_again_brings_what_was_posted_while_it_was_lost(rig: Rig) -> None:
    watch = await rig.follow()
    rig.source.script("audio", ChatUnavailableError(Reason.CHAT_PRIVATE, "x"), times=3)
    for _ in range(3):
        await rig.look()
    rig.post(4)
    after = await rig.watcher.look_now(watch.id)

    assert [(4, 4, 1)] == rig.orders
    assert WatchState.ACTIVE is after.state


async def test_where_accounts_number_messages_by_themselves_the_time_tells(rig: Rig) -> None:
    rig.source.songs = [replace(song(1), account=5)]
    await rig.follow()
    rig.source.songs = [replace(song(number), account=6) for number in (40, 41)]
    after = await rig.look()
    [request] = [job.request for job in rig.jobs]

    assert (None, None, song(1).posted_at + timedelta(seconds=1)) == (
        request.first_id, request.last_id, request.since,
    )  # fmt: skip
    assert Seen(None, song(41).posted_at) == after.seen


async def test_a_preview_tells_what_would_come_and_why_not_the_rest(rig: Rig) -> None:
    rig.post(4, 5)
    rules = replace(HOURLY, query='song -"song 2" -"song 4"')
    parts = ("song", '-"song 2"', '-"song 4"')
    preview = await rig.watcher.preview("@jazz", rules, 10, parts)
    survey = preview.survey

    assert [5, 3, 1] == [audio.message_id for audio in survey.new]
    assert {'-"song 2"': 1, '-"song 4"': 1} == survey.unfit
    assert 30_000 == survey.size
    assert Seen(5, song(5).posted_at) == preview.seen


async def test_it_sleeps_until_something_is_due_or_said(rig: Rig) -> None:
    watcher = rig.watcher
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(watcher.step())
        await rig.time.someone_sleeps()
        preview = await watcher.preview("@jazz", HOURLY, 0)
        await watcher.follow("@jazz", HOURLY, ME, preview)
        await waiting
        await watcher.step()

    assert 2 == rig.source.count("audio")
