from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from storage.errors import NotStoredError
from storage.models import (
    Chat,
    ChatKind,
    ItemState,
    Job,
    JobState,
    Order,
    Origin,
    Reason,
    Request,
)
from storage.states import IllegalMoveError
from storage.store import Store
from tests.storage.values import JAZZ, MINUTE, NOW, OWNER, an_audio, claimed, running_job

_REQUEST = Request(
    "@jazz",
    25,
    order=Order.OLDEST,
    since=NOW - 3 * MINUTE,
    until=NOW,
    first_id=3,
    last_id=2**40,
    message_ids=(5, 6),
    topic=9,
    voice=True,
)


async def _add(store: Store, chat_id: int = 70) -> Job:
    return await store.jobs.add(Request("@jazz", 10), Origin(7, chat_id), NOW)


async def test_a_job_comes_back_as_it_was_ordered(store: Store) -> None:
    job = await store.jobs.add(_REQUEST, OWNER, NOW)

    assert await store.jobs.get(job.id) == job
    assert (job.request, job.origin, job.state) == (_REQUEST, OWNER, JobState.QUEUED)
    assert job.created_at == NOW


async def test_a_queued_job_can_be_told_to_wait_no_more(store: Store) -> None:
    job = await _add(store)
    await store.jobs.move(job.id, JobState.PLANNING)
    await store.jobs.move(
        job.id, JobState.QUEUED, reason=Reason.FLOOD, detail="30 s", until=NOW + MINUTE
    )

    assert job == await store.jobs.wait_no_more(job.id)
    assert job == await store.jobs.get(job.id)


async def test_a_job_that_does_not_wait_stays_as_it_is_when_told_to_wait_no_more(
    store: Store,
) -> None:
    job = await _add(store)
    await store.jobs.move(job.id, JobState.PLANNING)
    running = await store.jobs.move(job.id, JobState.RUNNING, reason=Reason.NO_TAKEOUT)

    assert running == await store.jobs.wait_no_more(job.id)


async def test_an_unknown_job_is_none(store: Store) -> None:
    assert await store.jobs.get(1) is None
    assert await store.jobs.newest(70) is None


async def test_a_move_stores_its_circumstances_and_the_next_clears_them(store: Store) -> None:
    job = await _add(store)
    await store.jobs.move(job.id, JobState.PLANNING)

    back = await store.jobs.move(
        job.id, JobState.QUEUED, reason=Reason.FLOOD, detail="30 s", until=NOW + MINUTE
    )
    again = await store.jobs.move(job.id, JobState.PLANNING)

    assert (back.reason, back.detail, back.until) == (Reason.FLOOD, "30 s", NOW + MINUTE)
    assert (again.reason, again.detail, again.until) == (None, "", None)


async def test_the_chat_stays_once_it_is_found_and_follows_its_new_title(store: Store) -> None:
    job = await _add(store)
    await store.jobs.move(job.id, JobState.PLANNING)
    await store.jobs.move(job.id, JobState.RUNNING, chat=JAZZ)

    paused = await store.jobs.move(job.id, JobState.PAUSED)
    renamed = replace(JAZZ, title="All That Jazz")
    await store.chats.save(renamed)

    assert paused.chat == JAZZ
    assert (found := await store.jobs.get(job.id)) is not None
    assert found.chat == renamed


async def test_an_illegal_move_is_refused_and_changes_nothing(store: Store) -> None:
    job = await _add(store)

    with pytest.raises(IllegalMoveError):
        await store.jobs.move(job.id, JobState.DONE, chat=JAZZ)

    assert await store.jobs.get(job.id) == job
    assert await store.chats.get(JAZZ.id) is None


async def test_a_job_that_is_not_there_cannot_move(store: Store) -> None:
    with pytest.raises(NotStoredError) as error:
        await store.jobs.move(5, JobState.PLANNING)

    assert (error.value.kind, error.value.row_id) == ("job", 5)


async def test_the_oldest_job_is_planned_first(store: Store) -> None:
    first, second = await _add(store), await _add(store)

    planned = [await store.jobs.claim_to_plan(NOW) for _ in range(3)]

    assert [job and job.id for job in planned] == [first.id, second.id, None]
    assert all(job.state is JobState.PLANNING for job in planned if job)


async def test_what_names_many_messages_is_planned_after_what_is_short(store: Store) -> None:
    long = Request("@jazz", 1000, message_ids=tuple(range(1000, 2000)))
    crowd = await store.jobs.add_all([long] * 3, OWNER, NOW)
    short = await _add(store)
    planned = [await store.jobs.claim_to_plan(NOW) for _ in range(3)]

    assert [short.id, crowd[0].id, crowd[1].id] == [job and job.id for job in planned]


async def test_a_job_that_waits_for_a_time_lets_the_others_pass(store: Store) -> None:
    waiting, other = await _add(store), await _add(store)
    await store.jobs.move(waiting.id, JobState.PLANNING)
    await store.jobs.move(
        waiting.id, JobState.QUEUED, reason=Reason.OFFLINE, detail="x", until=NOW + MINUTE
    )

    assert await store.jobs.next_plan_due() == NOW + MINUTE
    assert await store.jobs.claim_to_plan(NOW) == replace(other, state=JobState.PLANNING)
    assert await store.jobs.claim_to_plan(NOW) is None
    claimed_job = await store.jobs.claim_to_plan(NOW + MINUTE)
    assert claimed_job == replace(waiting, state=JobState.PLANNING)
    assert await store.jobs.next_plan_due() is None


async def test_a_job_is_given_to_one_planner_only(store: Store) -> None:
    for _ in range(8):
        await _add(store)
    got: list[Job] = []

    async def plan() -> None:
        while job := await store.jobs.claim_to_plan(NOW):
            got.append(job)

    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(plan())

    assert sorted(job.id for job in got) == list(range(1, 9))


async def test_lists_are_oldest_first_and_hold_what_they_say(store: Store) -> None:
    jobs = [await _add(store, chat_id) for chat_id in (70, 71, 70, 70)]
    await store.jobs.move(jobs[2].id, JobState.CANCELLED)

    ids = [job.id for job in jobs]
    assert [job.id for job in await store.jobs.every()] == ids
    assert [job.id for job in await store.jobs.unfinished()] == [ids[0], ids[1], ids[3]]
    assert [job.id for job in await store.jobs.of_chat(70, ids[1])] == [ids[2], ids[3]]
    assert 2 == await store.jobs.count(70, ids[1])
    newest = await store.jobs.newest(71)
    assert newest is not None
    assert newest.id == ids[1]


async def test_of_the_jobs_that_are_over_the_newest_can_be_had_alone(store: Store) -> None:
    ids = [(await _add(store, 70)).id for _ in range(6)]
    for number in (0, 2, 3, 5):
        await store.jobs.move(ids[number], JobState.CANCELLED)

    newest = await store.jobs.of_chat(70, ids[1], over=2)
    assert [ids[1], ids[3], ids[4], ids[5]] == [job.id for job in newest]


async def test_recovery_puts_back_what_was_being_done_but_not_what_was_being_published(
    store: Store,
) -> None:
    planning = await _add(store)
    await store.jobs.claim_to_plan(NOW)
    running = await running_job(store, *(an_audio(number) for number in range(1, 7)))
    steps = [
        (ItemState.FETCHING,),
        (ItemState.FETCHING, ItemState.CHECKING),
        (ItemState.FETCHING, ItemState.CHECKING, ItemState.TAGGING),
        (ItemState.FETCHING, ItemState.CHECKING, ItemState.PUBLISHING),
    ]
    for path in steps:
        item = await claimed(store)
        for state in path[1:]:
            await store.items.move(item.id, state)
    waiting = await claimed(store)
    await store.items.move(waiting.id, ItemState.WAITING, until=NOW + MINUTE)

    await store.jobs.recover(NOW + MINUTE)

    items = await store.items.of_job(running.id)
    after = [item.state for item in items]
    assert [0, 1, 1, 0, 0, 0] == [item.kills for item in items]
    assert {0} == {item.attempts for item in items}
    assert (await store.jobs.get(planning.id)) == planning
    assert (await store.jobs.get(running.id)) == running
    assert after == [
        ItemState.QUEUED,
        ItemState.QUEUED,
        ItemState.QUEUED,
        ItemState.PUBLISHING,
        ItemState.WAITING,
        ItemState.QUEUED,
    ]


async def test_f46_what_waits_for_longer_than_anybody_asks_for_waits_no_more(store: Store) -> None:
    """The clock was put back a year while the program was off."""
    waiting = await _add(store)
    await store.jobs.claim_to_plan(NOW)
    await store.jobs.move(waiting.id, JobState.QUEUED, reason=Reason.FLOOD, until=NOW + 2 * MINUTE)
    running = await running_job(store, an_audio(1), an_audio(2))
    for until in (NOW + MINUTE, NOW + 2 * MINUTE):
        item = await claimed(store)
        await store.items.move(item.id, ItemState.WAITING, reason=Reason.FLOOD, until=until)

    await store.jobs.recover(NOW + MINUTE)

    states = [item.state for item in await store.items.of_job(running.id)]
    assert [ItemState.WAITING, ItemState.QUEUED] == states
    assert waiting == await store.jobs.get(waiting.id)


async def test_an_orderly_end_puts_back_what_is_being_done(store: Store) -> None:
    running = await running_job(store, *(an_audio(number) for number in range(1, 4)))
    for path in ((), (ItemState.CHECKING,), (ItemState.CHECKING, ItemState.PUBLISHING)):
        item = await claimed(store)
        for state in path:
            await store.items.move(item.id, state)

    await store.jobs.put_back()

    items = await store.items.of_job(running.id)
    assert [ItemState.QUEUED] * 2 + [ItemState.PUBLISHING] == [item.state for item in items]
    assert {0} == {item.kills for item in items}


async def test_any_text_can_be_the_detail_or_title(store: Store) -> None:
    job = await _add(store)
    await store.jobs.move(job.id, JobState.PLANNING)
    chat = Chat(5, "half a \ud83d pair\0", None, ChatKind.GROUP)

    moved = await store.jobs.move(job.id, JobState.RUNNING, detail="\udfff", chat=chat)

    assert moved.detail == "\N{REPLACEMENT CHARACTER}"
    assert moved.chat == replace(chat, title="half a \ufffd pair\ufffd")
