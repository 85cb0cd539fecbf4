from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from bot.callbacks import Seal
from bot.session import open_bot
from bot.tidings import Tidings
from downloader.events import Broadcast
from storage.models import ItemState, Job, JobState, Origin, Reason, Request
from storage.store import Store
from storage.watch import Notice, Rhythm, Rules, Run, Watch, WatchState
from tests.bot.rig import PATIENCE, TOKEN, Rig
from tests.downloader.scripted import JAZZ, ROCK, OwnedTime, song
from tests.stores import store_at

BERLIN = ZoneInfo("Europe/Berlin")
QUIET = Rules(Rhythm(every=timedelta(hours=6)), notice=Notice.QUIET)
DAILY = replace(QUIET, notice=Notice.DIGEST, digest_at=time(20))


@dataclass(slots=True)
class Teller:
    """Tells a person of jobs that are over; its time stands still."""

    rig: Rig
    store: Store
    tidings: Tidings
    time: OwnedTime
    numbers: list[int] = field(default_factory=lambda: list(range(1, 100)))

    @property
    def said(self) -> list[str]:
        return self.rig.said

    async def follow(self, rules: Rules, chat: str = "@jazz") -> Watch:
        person = self.rig.owner.user.id
        known = JAZZ if chat == "@jazz" else ROCK
        return await self.store.watches.add(
            chat, rules, Origin(person, person), self.time.now(), chat=known
        )

    async def over(
        self, watch: Watch, *titles: str, failed: Reason | None = None, state: JobState
    ) -> Job:
        """Let a job of a watch be over, with these tracks saved, and one that failed."""
        assert watch.chat is not None
        request = Request(watch.name, 9, watch=watch.id, is_quiet=True)
        fire = self.store.watches.fire
        now = self.time.now()
        job = await fire(watch, Run(now), request, now, chat=watch.chat, seen=None)
        assert job is not None
        await self.store.jobs.move(job.id, JobState.PLANNING)
        found = [replace(song(self.numbers.pop(0)), title=title) for title in titles]
        await self.store.items.add(job.id, found, chat_id=watch.chat.id)
        await self.store.jobs.move(job.id, JobState.RUNNING, chat=watch.chat)
        for item in await self.store.items.of_job(job.id):
            await self._end(item.id, failed if item.audio and item.audio.title == "x" else None)
        return await self.store.jobs.move(job.id, state)

    async def _end(self, item_id: int, failed: Reason | None) -> None:
        move = self.store.items.move
        item = await move(item_id, ItemState.FETCHING)
        if failed:
            await move(item_id, ItemState.FAILED, reason=failed)
            return
        await move(item_id, ItemState.CHECKING)
        item = await move(item_id, ItemState.PUBLISHING)
        file = {"sha256_source": f"{item_id:064}", "sha256": f"{item_id:064}", "size": 10_000}
        path = PurePosixPath(f"{item_id}.mp3")
        await self.store.catalog.save(
            item, path=path, mime="audio/mpeg", now=self.time.now(), **file  # type: ignore[arg-type]  # by name
        )  # fmt: skip

    async def step(self, at: datetime | None = None) -> None:
        if at is not None:
            self.time.seconds += (at - self.time.now()).total_seconds()
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
            telling = tasks.create_task(self.tidings.step())
            await self.time.someone_sleeps()
            telling.cancel()


@asynccontextmanager
async def teller(rig: Rig) -> AsyncIterator[Teller]:
    time = OwnedTime()
    async with (
        store_at(rig.folder / "data", rig.folder / "music") as store,
        open_bot(TOKEN, rig.api.url, clock=rig.clock) as bot,
    ):
        rig.owner.send("hello")
        given = (bot, store, Broadcast(), time.clock, Seal(store.vault.sign), BERLIN)
        yield Teller(rig, store, Tidings(*given), time)


def evening(day: int, hour: int = 20, minute: int = 1, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN)


async def test_what_failed_quietly_is_told_once_and_what_came_never(rig: Rig) -> None:
    async with teller(rig) as one:
        watch = await one.follow(QUIET)
        await one.over(watch, "a", "b", state=JobState.DONE)
        job = await one.over(
            watch, "c", "x", failed=Reason.DELETED, state=JobState.PARTLY_DONE
        )  # fmt: skip
        await one.step()
        await one.step()

    more = f"/why {job.id} tells more, /retry {job.id} tries again."
    assert [f"⚠️ Jazz: 1 track did not come: deleted by its author. {more}"] == one.said


async def test_a_day_is_told_of_in_one_message_and_nothing_when_nothing_came(rig: Rig) -> None:
    async with teller(rig) as one:
        jazz, rock = await one.follow(DAILY), await one.follow(DAILY, "@rock")
        await one.over(jazz, "So What", "Blue in Green", state=JobState.DONE)
        await one.over(jazz, "Freddie", "All Blues", state=JobState.DONE)
        job = await one.over(rock, "x", failed=Reason.DELETED, state=JobState.FAILED)
        await one.step(evening(1, 19, 59))
        early = list(one.said)
        for moment in (evening(1), evening(1, 23), evening(2)):
            await one.step(moment)
        await one.over(jazz, "Flamenco", state=JobState.DONE)
        await one.step(evening(3))

    assert [] == early
    more = f"/why {job.id} tells more, /retry {job.id} tries again."
    first, second = one.said
    assert [
        "🗞 4 tracks came, 40 kB",
        "· Jazz: 4 tracks, 40 kB: So What; Blue in Green; Freddie and 1 more.",
        f"· Rock: ⚠️ 1 track did not come: deleted by its author. {more}",
    ] == first.splitlines()
    assert "🗞 1 track came, 10 kB\n· Jazz: 1 track, 10 kB: Flamenco." == second


async def test_days_that_were_missed_are_told_of_together(rig: Rig) -> None:
    async with teller(rig) as one:
        watch = await one.follow(DAILY)
        await one.over(watch, "a", state=JobState.DONE)
        await one.step(evening(5, 9))
        await one.step(evening(5, 9, 30))

    assert 1 == len(one.said)


async def test_an_hour_that_comes_twice_has_one_digest_and_one_that_is_skipped_too(
    rig: Rig,
) -> None:
    async with teller(rig) as one:
        watch = await one.follow(replace(DAILY, digest_at=time(2, 30)))
        for start in (evening(29, 1, 0), evening(25, 1, 0, month=10)):
            await one.step(start)
            for number in range(20):
                await one.over(watch, f"{start} {number}", state=JobState.DONE)
                await one.step(one.time.now() + timedelta(minutes=10))

    assert 3 == len(one.said)  # the second is of what came after the first, and was not told


async def test_a_job_that_failed_before_it_was_planned_is_told_too(rig: Rig) -> None:
    async with teller(rig) as one:
        watch = await one.follow(DAILY)
        request = Request("@jazz", 9, watch=watch.id, is_quiet=True)
        job = await one.store.jobs.add(request, watch.origin, one.time.now())
        await one.store.jobs.move(job.id, JobState.PLANNING)
        why = Reason.CHAT_PRIVATE
        await one.store.jobs.move(job.id, JobState.FAILED, reason=why, chat=watch.chat)
        await one.step(evening(2))

    assert "· Jazz: ⚠️ Could not be fetched: this chat is private." in one.said[0]


async def test_what_nobody_can_receive_is_not_told_for_ever(rig: Rig) -> None:
    async with teller(rig) as one:
        watch = await one.follow(QUIET)
        rig.owner.block()
        await one.over(watch, "x", failed=Reason.DELETED, state=JobState.FAILED)
        await one.step()

        assert [] == await one.store.watch_jobs.untold()


async def test_that_a_chat_was_lost_is_told_once_even_by_a_life_that_heard_of_nothing(
    rig: Rig,
) -> None:
    async with teller(rig) as one:
        watch = await one.follow(QUIET)
        run = Run(one.time.now(), reason=Reason.CHAT_PRIVATE)
        await one.store.watches.put_off(watch, run, run.at, state=WatchState.LOST)
        await one.step()
        await one.step()

    [said] = one.said
    assert said.startswith("⚠️ I cannot follow Jazz any more: this chat is private.")


async def test_that_a_chat_was_renamed_is_told_once_even_by_a_life_that_heard_of_nothing(
    rig: Rig,
) -> None:
    async with teller(rig) as one:
        await one.follow(QUIET)
        await one.store.chats.save(replace(JAZZ, title="Cool", username="cool"))
        await one.step()
        await one.step()

    assert ["Jazz is called Cool now (@cool). I go on following it."] == one.said


async def test_that_nothing_is_looked_at_is_told_once_and_not_where_it_is_over(rig: Rig) -> None:
    async with teller(rig) as one:
        first, second = await one.follow(QUIET), await one.follow(QUIET, "@rock")
        await one.store.watches.hold(first, Reason.DISK_FULL, one.time.now())
        await one.store.watches.set(first.id, WatchState.ACTIVE, one.time.now())
        await one.step()
        over = list(one.said)
        for watch in (first, second):
            await one.store.watches.hold(watch, Reason.LOGIN, one.time.now())
        await one.step()
        await one.step()

    assert [] == over
    [said] = one.said
    assert said.startswith("⚠️ I look at nothing that you follow for now:")


async def test_a_clock_that_was_years_ahead_silences_no_digest(rig: Rig) -> None:
    async with teller(rig) as one:
        start = one.time.now()
        one.time.seconds += timedelta(days=900).total_seconds()
        watch = await one.follow(DAILY)
        await one.over(watch, "a", state=JobState.DONE)
        await one.step(one.time.now() + timedelta(days=1))
        one.time.seconds -= (one.time.now() - start).total_seconds()
        for day in (1, 2):
            await one.over(watch, f"b{day}", state=JobState.DONE)
            await one.step(evening(day))

    assert ["a.", "b1.", "b2."] == [said.split()[-1] for said in one.said]
