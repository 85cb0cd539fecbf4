from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import PurePosixPath

from storage.models import ItemState, Job, JobState, Order, Reason, Request
from storage.store import Store
from storage.watch import Rhythm, Rules
from storage.watch_jobs import Brought
from tests.storage.values import (
    JAZZ,
    MINUTE,
    NOW,
    OWNER,
    an_audio,
    claimed,
    publishing,
    running_job,
)

QUIET = Request("@jazz", 2, watch=1, is_quiet=True)


async def over(store: Store, request: Request, state: JobState = JobState.DONE) -> Job:
    job = await store.jobs.add(request, OWNER, NOW)
    for step in (JobState.PLANNING, JobState.RUNNING, state):
        await store.jobs.move(job.id, step)
    return job


async def test_a_quiet_job_of_a_watch_is_to_be_told_of_once_it_is_over(store: Store) -> None:
    quiet = await over(store, QUIET)
    await over(store, replace(QUIET, is_quiet=False))
    await over(store, replace(QUIET, watch=None))
    await store.jobs.add(QUIET, OWNER, NOW)
    untold = await store.watch_jobs.untold()
    await store.watch_jobs.told([quiet.id])

    assert [quiet.id] == [job.id for job in untold]
    assert [] == await store.watch_jobs.untold()


async def test_a_job_that_stands_still_is_to_be_told_of_unless_it_goes_on_by_itself(
    store: Store,
) -> None:
    quiet = await store.jobs.add(QUIET, OWNER, NOW)
    await store.jobs.move(quiet.id, JobState.PLANNING)
    await store.items.add(quiet.id, [an_audio(1), an_audio(2)])
    await store.jobs.move(quiet.id, JobState.RUNNING, chat=JAZZ)
    found = []
    for reason in (Reason.NO_ACCESS, Reason.DISK_FULL):
        item = await claimed(store)
        await store.items.move(item.id, ItemState.PARKED, reason=reason)
        found.append(await store.watch_jobs.untold())
    await store.items.stop(quiet.id, ItemState.CANCELLED)
    await store.items.retry(quiet.id)
    for _ in range(2):
        item = await claimed(store)
        await store.items.move(item.id, ItemState.PARKED, reason=Reason.NO_ACCESS)
    [stuck] = await store.watch_jobs.untold()
    brought = await store.watch_jobs.brought([quiet.id])

    assert ([[], []], quiet.id) == (found, stuck.id)
    assert {Reason.NO_ACCESS: 2} == dict(brought.reasons)


async def test_a_digest_is_noted_with_what_it_told(store: Store) -> None:
    job = await over(store, QUIET)
    before = await store.watch_jobs.digest_sent_at(5, 1200)
    for moment in (NOW, NOW + MINUTE):
        await store.watch_jobs.digest_sent(5, 1200, moment, [job.id])
    after = [await store.watch_jobs.digest_sent_at(5, minute) for minute in (1200, 1201)]

    assert (None, [NOW + MINUTE, None]) == (before, after)
    assert [] == await store.watch_jobs.untold()


async def test_what_came_is_counted_with_the_first_titles_and_what_did_not(store: Store) -> None:
    job = await running_job(store, *map(an_audio, (1, 2)))
    saved, failed = await publishing(store), await claimed(store)
    file = {"sha256_source": "ab" * 32, "sha256": "ab" * 32, "size": 1000, "mime": "audio/mpeg"}
    await store.catalog.save(saved, path=PurePosixPath("so what.mp3"), **file, now=NOW)  # type: ignore[arg-type]  # by name
    await store.items.move(failed.id, ItemState.FAILED, reason=Reason.DELETED)
    brought = await store.watch_jobs.brought([job.id])

    assert Brought(1, 1000, ("So What",), Counter({Reason.DELETED: 1})) == brought
    assert 1 == brought.failed


async def test_what_a_watch_began_with_is_told_from_what_its_looks_order(store: Store) -> None:
    watch = await store.watches.add("@jazz", Rules(Rhythm(is_live=True)), OWNER, NOW, chat=JAZZ)
    of_it = Request("@jazz", 2, watch=watch.id)
    first = await store.jobs.add(of_it, OWNER, NOW)
    await store.jobs.add(replace(of_it, order=Order.OLDEST, first_id=9), OWNER, NOW)
    await store.jobs.add(replace(of_it, message_ids=(3,)), OWNER, NOW)
    await store.jobs.add(replace(of_it, watch=watch.id + 1), OWNER, NOW)
    await store.jobs.add(of_it, OWNER, NOW - MINUTE)  # of a watch of before, with its number
    second = await store.jobs.add(of_it, OWNER, NOW + MINUTE)

    found = await store.watch_jobs.backfills(watch, 9)
    assert [second.id, first.id] == [job.id for job in found]
    assert [second.id] == [job.id for job in await store.watch_jobs.backfills(watch, 1)]
