from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage.models import JobState, Origin, Person, Request, Role
from storage.quota import NO_LIMIT, USUAL, Quota, Used
from storage.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVE = Person(9, "Eve", Role.MEMBER)


async def order(store: Store, person_id: int, state: JobState | None = None) -> int:
    job = await store.jobs.add(Request("@jazz", 5), Origin(person_id, person_id), NOW)
    if state is not None:
        await store.jobs.move(job.id, JobState.PLANNING)
        await store.jobs.move(job.id, state)
    return job.id


async def test_a_person_comes_before_a_role_and_a_role_before_what_is_usual(store: Store) -> None:
    await store.quotas.say(Role.MEMBER, Quota(jobs=2, queued=7))
    await store.quotas.say(EVE.id, Quota(jobs=5))

    usual = USUAL[Role.MEMBER]
    assert Quota(5, 7, usual.daily, usual.largest) == await store.quotas.of(EVE)
    assert Quota(5) == await store.quotas.said(EVE.id)


async def test_no_limit_is_said_too(store: Store) -> None:
    await store.quotas.say(EVE.id, Quota(daily=NO_LIMIT))

    assert NO_LIMIT == (await store.quotas.of(EVE)).daily


async def test_what_is_taken_back_is_as_if_it_was_never_said(store: Store) -> None:
    await store.quotas.say(EVE.id, Quota(jobs=5))
    await store.quotas.say(EVE.id, Quota())

    assert USUAL[Role.MEMBER] == await store.quotas.of(EVE)


async def test_a_job_is_counted_once_in_the_day_of_its_person(store: Store) -> None:
    first, second = await order(store, 9), await order(store, 9, JobState.RUNNING)
    await order(store, 10)
    for size in (100, 900):
        await store.quotas.charge(first, 9, size, NOW)
    await store.quotas.charge(second, 9, 30, NOW - timedelta(days=1))

    assert Used(jobs=1, queued=2, daily=100) == await store.quotas.used(9, NOW)
    assert await store.quotas.is_charged(first)


async def test_people_are_at_their_limit_who_have_as_many_at_work_as_they_may(
    store: Store,
) -> None:
    await store.people.save(EVE)
    await store.quotas.say(9, Quota(jobs=1))
    before = await store.quotas.at_their_limit()
    await order(store, 9, JobState.RUNNING)
    alone = await store.quotas.at_their_limit()
    await order(store, 9)

    assert ([], [], [9]) == (before, alone, await store.quotas.at_their_limit())


async def test_jobs_of_some_people_are_passed_over(store: Store) -> None:
    await order(store, 9)
    other = await order(store, 10)
    claimed = await store.jobs.claim_to_plan(NOW, but_of=[9])

    assert claimed is not None
    assert other == claimed.id
