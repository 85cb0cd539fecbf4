from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from downloader.errors import TooManyPleasError
from downloader.limits import Beyond, Limits, beyond_of
from storage.models import ItemState, Job, JobState, Origin, Person, Reason, Request, Role
from storage.plea import Excess
from storage.pleas import Pleas
from storage.quota import NO_LIMIT, Quota, Used
from storage.store import Store
from storage.watch import Rhythm, Rules
from tests.downloader.rig import ME, PATIENCE, Rig
from tests.downloader.scripted import JAZZ, ROCK, ScriptedSource, song

ANN = Person(ME.person_id, "Ann", Role.MEMBER)
DONE, FAILED, PAUSED, RUNNING = JobState.DONE, JobState.FAILED, JobState.PAUSED, JobState.RUNNING


@pytest.fixture
def rig(store: Store, tmp_path: Path) -> Rig:
    songs = [song(number, size=10_000) for number in range(1, 6)]
    source = ScriptedSource(*songs, song(1, chat=ROCK, size=50_000), chats=(JAZZ, ROCK))
    return Rig(store, tmp_path, source)


async def limit(rig: Rig, quota: Quota) -> None:
    await rig.store.people.save(ANN)
    await rig.store.quotas.say(ANN.id, quota)


async def decide(rig: Rig, job: Job, *, is_granted: bool) -> None:
    plea = await rig.store.pleas.of_job(job.id)
    assert plea is not None
    await rig.store.pleas.decide(plea.id, 1, rig.time.now(), is_granted=is_granted)


@pytest.mark.parametrize(
    ("quota", "used", "sizes", "beyond"),
    [
        (Quota(), Used(daily=10**12), (10**12, 10**12), None),
        (Quota(daily=NO_LIMIT, largest=NO_LIMIT), Used(), (10**12, 10**12), None),
        (Quota(daily=100), Used(daily=60), (40, 40), None),
        (Quota(daily=100), Used(daily=60), (41, 41), Beyond(Excess.DAILY, 41, 40)),
        (Quota(daily=100), Used(daily=160), (1, 1), Beyond(Excess.DAILY, 1, 0)),
        (Quota(daily=100, largest=30), Used(), (90, 30), None),
        (Quota(daily=100, largest=30), Used(), (900, 31), Beyond(Excess.LARGEST, 31, 30)),
    ],
)
def test_what_is_left_of_the_day_and_the_largest_file_are_the_limits(
    quota: Quota, used: Used, sizes: tuple[int, int], beyond: Beyond | None
) -> None:
    assert beyond == beyond_of(quota, used, *sizes)


async def test_what_is_within_the_limits_is_counted_in_the_day(rig: Rig) -> None:
    await limit(rig, Quota(daily=30_000))
    job = await rig.finish(limit=3)

    assert DONE is job.state
    used = await rig.store.quotas.used(ANN.id, rig.time.now() - timedelta(hours=1))
    assert 30_000 == used.daily


async def test_what_the_library_has_counts_for_nothing(rig: Rig) -> None:
    await limit(rig, Quota(daily=30_000))
    async with rig.running():
        first = await rig.ended((await rig.submit(limit=3)).id)
        again = await rig.ended((await rig.submit(limit=3)).id)

    assert [DONE, DONE] == [first.state, again.state]


async def test_what_is_beyond_the_day_waits_for_a_yes_and_not_a_byte_is_fetched(rig: Rig) -> None:
    await limit(rig, Quota(daily=30_000))
    async with rig.running():
        job = await rig.job_is((await rig.submit(limit=4)).id, PAUSED)
        plea = await rig.store.pleas.of_job(job.id)

    assert plea is not None
    assert Reason.OVER_LIMIT is job.reason
    assert (Excess.DAILY, 40_000, 30_000) == (plea.excess, plea.wanted, plea.limit)
    assert {} == rig.published()


async def test_with_a_yes_it_runs(rig: Rig) -> None:
    await limit(rig, Quota(largest=5_000))
    async with rig.running():
        held = await rig.job_is((await rig.submit(limit=2)).id, PAUSED)
        await decide(rig, held, is_granted=True)
        await rig.engine.resume(held.id)
        job = await rig.ended(held.id)

    assert DONE is job.state
    assert 2 == len(rig.published())


@pytest.mark.parametrize("act", ["resume", "retry"])
async def test_nobody_gets_around_the_question(rig: Rig, act: str) -> None:
    await limit(rig, Quota(largest=5_000))
    async with rig.running():
        held = await rig.job_is((await rig.submit(limit=2)).id, PAUSED)
        await getattr(rig.engine, act)(held.id)
        job = await rig.job_is(held.id, PAUSED)

    assert Reason.OVER_LIMIT is job.reason
    assert {} == rig.published()


async def test_what_was_refused_does_not_run_when_it_is_tried_again(rig: Rig) -> None:
    await limit(rig, Quota(largest=5_000))
    async with rig.running():
        held = await rig.job_is((await rig.submit(limit=2)).id, PAUSED)
        await decide(rig, held, is_granted=False)
        await rig.engine.cancel(held.id)
        await rig.engine.retry(held.id)
        job = await rig.ended(held.id)

    assert (FAILED, Reason.OVER_LIMIT) == (job.state, job.reason)
    assert {} == rig.published()


async def test_the_next_day_has_room_again_and_the_question_is_answered(rig: Rig) -> None:
    await limit(rig, Quota(daily=30_000))
    async with rig.running():
        await rig.ended((await rig.submit(limit=3)).id)
        held = await rig.job_is((await rig.submit("@rock", 1)).id, PAUSED)
        await rig.store.quotas.say(ANN.id, Quota(daily=100_000))
        await rig.engine.resume(held.id)
        job = await rig.ended(held.id)
        plea = await rig.store.pleas.of_job(job.id)

    assert plea is not None
    assert (DONE, True) == (job.state, plea.is_granted)
    assert [] == await rig.store.pleas.unsettled()


async def test_no_more_jobs_are_at_work_than_somebody_may_have(rig: Rig) -> None:
    await limit(rig, Quota(jobs=1))
    async with rig.running():
        first, second = await rig.submit(limit=2), await rig.submit("@rock", 1)
        await rig.ended(second.id)

        moved = [one for one in rig.events if hasattr(one, "job") and not hasattr(one, "item")]
        running = [one.job for one in moved if one.job.state in {RUNNING, DONE}]
    order = [(job.id, job.state) for job in running]
    assert order.index((first.id, DONE)) < order.index((second.id, RUNNING))


async def test_a_resumed_job_waits_for_room_as_well(rig: Rig) -> None:
    await limit(rig, Quota(jobs=1))
    first = await rig.submit(limit=2)
    second = await rig.submit("@rock", 1)
    await rig.store.jobs.move(first.id, JobState.PLANNING)
    await rig.store.jobs.move(first.id, RUNNING, chat=JAZZ)
    await rig.store.jobs.move(second.id, PAUSED)
    job = await rig.engine.resume(second.id)

    assert JobState.QUEUED is job.state


async def test_what_is_tried_again_of_a_job_that_is_over_waits_for_room_as_well(rig: Rig) -> None:
    await rig.store.chats.save(JAZZ)
    await limit(rig, Quota(jobs=1))
    first, second = [await planned(rig, chat, 2) for chat in ("@jazz", "@rock")]
    for job in (first, second):
        await rig.store.jobs.move(job.id, JobState.PLANNING)
        await rig.store.jobs.move(job.id, RUNNING, chat=JAZZ)
    await rig.store.items.stop(second.id, ItemState.CANCELLED)
    await rig.store.jobs.move(second.id, JobState.PARTLY_DONE)
    waiting = await rig.engine.retry(second.id)
    await rig.store.items.stop(first.id, ItemState.CANCELLED)
    await rig.store.jobs.move(first.id, JobState.CANCELLED)
    async with rig.running():
        await rig.job_is(second.id, RUNNING, DONE, JobState.PARTLY_DONE)

    assert JobState.QUEUED is waiting.state


async def test_beyond_the_queue_a_job_is_entered_and_waits_for_a_yes(rig: Rig) -> None:
    await limit(rig, Quota(queued=2))
    jobs = [await rig.submit(limit=count) for count in (1, 2, 3)]
    async with rig.running():
        await rig.ended(jobs[1].id)
        still = await rig.job(jobs[2].id)
        await decide(rig, still, is_granted=True)
        await rig.engine.resume(still.id)
        ended = await rig.ended(still.id)

    assert [JobState.QUEUED, JobState.QUEUED, PAUSED] == [job.state for job in jobs]
    assert (PAUSED, DONE) == (still.state, ended.state)


async def test_who_has_asked_for_too_much_is_told_so(rig: Rig) -> None:
    await limit(rig, Quota(queued=1))
    for count in range(1, 7):
        await rig.submit(limit=count)

    with pytest.raises(TooManyPleasError):
        await rig.submit(limit=7)
    assert 6 == len(await rig.store.jobs.every())


async def test_what_was_asked_for_and_cancelled_counts_as_asked_no_more(rig: Rig) -> None:
    await limit(rig, Quota(queued=1))
    for count in range(1, 7):
        job = await rig.submit(limit=count)
        await rig.engine.cancel(job.id) if count > 1 else None
    again = await rig.submit(limit=7)

    assert PAUSED is again.state


async def planned(rig: Rig, chat: str, count: int) -> Job:
    """Enter a job with its items, as it is when it is held against the limits."""
    job = await rig.submit(chat, count)
    found = [song(number, size=10_000) for number in range(count)]
    await rig.store.items.add(job.id, found, chat_id=JAZZ.id)
    return job


async def test_of_two_that_are_planned_at_once_only_what_has_room_in_the_day_runs(
    rig: Rig,
) -> None:
    await rig.store.chats.save(JAZZ)
    await limit(rig, Quota(daily=30_000))
    limits = Limits(rig.store, rig.time.clock, None)
    jobs = [await planned(rig, chat, 2) for chat in ("@jazz", "@rock")]
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        ruling = [tasks.create_task(limits.rule(job)) for job in jobs]
    states = [(ruled := task.result()) and ruled.state for task in ruling]
    used = await rig.store.quotas.used(ANN.id, rig.time.now() - timedelta(hours=1))

    assert ({None, PAUSED}, 20_000) == (set(states), used.daily)


class Denied(Pleas):
    """The real table, in which an admin is faster than the day."""

    async def take_back(self, plea_id: int, now: datetime) -> bool:
        await self.decide(plea_id, 1, now, is_granted=False)
        return await super().take_back(plea_id, now)


async def test_what_is_denied_just_as_there_is_room_does_not_run(rig: Rig) -> None:
    await rig.store.chats.save(JAZZ)
    await limit(rig, Quota(daily=10_000))
    job = await planned(rig, "@jazz", 2)
    await Limits(rig.store, rig.time.clock, None).rule(job)
    await rig.store.quotas.say(ANN.id, Quota(daily=100_000))
    pleas = Denied(rig.store.pleas._database, rig.store.journal)
    ruled = await Limits(replace(rig.store, pleas=pleas), rig.time.clock, None).rule(job)
    [left] = await rig.store.pleas.unsettled()

    assert ruled is not None
    assert (PAUSED, False, 1) == (ruled.state, left.is_granted, left.decided_by)


async def test_nothing_runs_for_who_is_banned(rig: Rig) -> None:
    await limit(rig, Quota())
    job = await rig.submit(limit=2)
    await rig.store.people.ban(ANN, rig.time.now())
    async with rig.running():
        held = await rig.job_is(job.id, PAUSED)
        await rig.engine.resume(job.id)
        await rig.job_is(job.id, PAUSED)

    assert Reason.OVER_LIMIT is held.reason
    assert {} == rig.published()


async def watch_job(rig: Rig, chat: str) -> Job:
    now = rig.time.now()
    rules = Rules(Rhythm(is_live=True))
    watch = await rig.store.watches.add(chat, rules, Origin(ANN.id, 7), now)
    return await rig.engine.submit(replace(Request(chat, 5), watch=watch.id), ME)


async def test_what_a_watch_brings_beyond_the_day_waits_for_another_day(rig: Rig) -> None:
    await limit(rig, Quota(daily=60_000, queued=1))
    async with rig.running():
        await rig.ended((await watch_job(rig, "@jazz")).id)
        later = await watch_job(rig, "@rock")
        with rig.engine.events.listen() as heard:
            while (job := await rig.job(later.id)).until is None:
                await anext(heard)

    assert (JobState.QUEUED, Reason.OVER_LIMIT) == (job.state, job.reason)
    assert job.until is not None
    assert timedelta(0) < job.until - rig.time.now() <= timedelta(days=1)
    assert [] == await rig.store.pleas.untold()


async def test_of_a_watch_only_what_is_too_large_is_left_out(rig: Rig) -> None:
    await limit(rig, Quota(largest=20_000))
    async with rig.running():
        small = await rig.ended((await watch_job(rig, "@jazz")).id)
        large = await rig.ended((await watch_job(rig, "@rock")).id)

    assert (DONE, FAILED, Reason.OVER_LIMIT) == (small.state, large.state, large.reason)
    assert 5 == len(rig.published())
