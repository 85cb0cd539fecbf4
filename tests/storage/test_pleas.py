from __future__ import annotations

from datetime import UTC, datetime

from storage.models import JobState, Origin, Reason, Request
from storage.plea import Excess
from storage.store import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
REQUEST, ORIGIN = Request("@jazz", 5), Origin(9, 9)


async def test_a_job_beyond_the_queue_stands_still_with_its_plea(store: Store) -> None:
    [job] = await store.pleas.add_jobs([(REQUEST, (4, 3))], ORIGIN, NOW)
    plea = await store.pleas.of_job(job.id)

    assert plea is not None
    assert (JobState.PAUSED, Reason.OVER_LIMIT) == (job.state, job.reason)
    assert (Excess.QUEUED, 4, 3, None) == (plea.excess, plea.wanted, plea.limit, plea.is_granted)
    assert await store.pleas.holds(job.id)
    assert 1 == await store.pleas.count(9)


async def test_a_job_is_asked_for_once(store: Store) -> None:
    job = await store.jobs.add(REQUEST, ORIGIN, NOW)
    for wanted in (10, 20):
        await store.pleas.add(job, Excess.DAILY, wanted, 5, NOW)

    assert [10] == [one.wanted for one in await store.pleas.untold()]


async def test_the_first_answer_counts(store: Store) -> None:
    [job] = await store.pleas.add_jobs([(REQUEST, (4, 3))], ORIGIN, NOW)
    [plea] = await store.pleas.untold()
    decided = [
        await store.pleas.decide(plea.id, by, NOW, is_granted=granted)
        for by, granted in ((7, True), (8, False))
    ]
    found = await store.pleas.get(plea.id)

    assert [True, False] == decided
    assert found is not None
    assert (True, 7) == (found.is_granted, found.decided_by)
    assert not await store.pleas.holds(job.id)
    assert [] == await store.pleas.untold()


async def test_what_is_told_and_settled_does_not_come_again(store: Store) -> None:
    await store.pleas.add_jobs([(REQUEST, (4, 3))], ORIGIN, NOW)
    [plea] = await store.pleas.untold()
    await store.pleas.told(plea.id, NOW)
    untold = await store.pleas.untold()
    await store.pleas.decide(plea.id, 7, NOW, is_granted=False)
    unsettled = [one.id for one in await store.pleas.unsettled()]
    await store.pleas.settled(plea.id, NOW)

    assert ([], [plea.id], []) == (untold, unsettled, await store.pleas.unsettled())
