from __future__ import annotations

import pytest

from storage.errors import NotStoredError
from storage.models import Item, ItemState, JobState, Reason, Tally
from storage.states import IllegalMoveError
from storage.store import Store
from tests.storage.values import JAZZ, MINUTE, NOW, an_audio, claimed, running_job


async def _states(store: Store, job_id: int) -> list[ItemState]:
    return [item.state for item in await store.items.of_job(job_id)]


async def _get(store: Store, item_id: int) -> Item:
    item = await store.items.get(item_id)
    assert item is not None
    return item


async def test_what_waits_for_one_reason_can_be_told_to_wait_no_more(store: Store) -> None:
    job = await running_job(store, an_audio(1), an_audio(2), an_audio(3))
    for item, reason in zip(
        await store.items.of_job(job.id), (Reason.OUTSIDE_HOURS, Reason.FLOOD, None), strict=True
    ):
        if reason is not None:
            await store.items.move(item.id, ItemState.FETCHING)
            await store.items.move(
                item.id, ItemState.WAITING, reason=reason, until=NOW + MINUTE, attempts=2
            )

    assert 1 == await store.items.wait_no_more({Reason.OUTSIDE_HOURS})

    first, second, _ = await store.items.of_job(job.id)
    assert (ItemState.QUEUED, None, 2) == (first.state, first.until, first.attempts)
    assert (ItemState.WAITING, NOW + MINUTE) == (second.state, second.until)


async def test_a_plan_is_stored_in_order_with_what_holds_no_audio(store: Store) -> None:
    found = [an_audio(30), an_audio(10), an_audio(20)]
    job = await running_job(store)

    await store.items.add(job.id, found, missing=[7, 8], chat_id=JAZZ.id)

    items = await store.items.of_job(job.id)
    assert [item.message_id for item in items] == [30, 10, 20, 7, 8]
    assert [item.audio for item in items] == [*found, None, None]
    assert items[-1].state is ItemState.SKIPPED
    assert (items[-1].reason, items[-1].chat_id) == (Reason.NO_AUDIO, JAZZ.id)


async def test_planning_twice_adds_only_what_is_new(store: Store) -> None:
    job = await running_job(store, an_audio(1), an_audio(2))
    item = await claimed(store)

    await store.items.add(job.id, [an_audio(1), an_audio(3)], missing=[2, 9], chat_id=JAZZ.id)
    await store.items.add(job.id, [], missing=[9], chat_id=JAZZ.id)
    await store.items.add(job.id, [])

    items = await store.items.of_job(job.id)
    assert [item.message_id for item in items] == [1, 2, 3, 9]
    assert items[0] == item


async def test_one_posting_may_stand_in_two_jobs(store: Store) -> None:
    first = await running_job(store, an_audio(1))
    second = await running_job(store, an_audio(1))

    assert len(await store.items.of_job(first.id)) == 1
    assert len(await store.items.of_job(second.id)) == 1


async def test_all_items_come_job_by_job_in_planned_order(store: Store) -> None:
    first = await running_job(store, an_audio(2), an_audio(1))
    second = await running_job(store, an_audio(1))
    await store.items.add(first.id, [an_audio(3)])

    found = [(item.job_id, item.message_id) for item in await store.items.every()]
    assert [(first.id, 2), (first.id, 1), (first.id, 3), (second.id, 1)] == found


async def test_items_of_several_jobs_in_some_states_are_found_at_once(store: Store) -> None:
    first = await running_job(store, an_audio(1), an_audio(2))
    second = await running_job(store, an_audio(3), an_audio(4))
    third = await running_job(store, an_audio(5))
    for _ in range(5):
        item = await claimed(store)
        if item.message_id % 2:
            await store.items.move(item.id, ItemState.FAILED, reason=Reason.DELETED)

    wanted = [ItemState.FAILED, ItemState.PARKED]
    found = await store.items.in_states([first.id, second.id], wanted)

    assert [(first.id, 1), (second.id, 3)] == [(item.job_id, item.message_id) for item in found]
    assert len(await store.items.in_states([third.id], frozenset(ItemState))) == 1
    assert await store.items.in_states([], wanted) == []


async def test_an_audio_comes_back_to_the_last_character(store: Store) -> None:
    audio = an_audio(1, title="half \ud83d\0", caption="x" * 5000, album=2**60, voice=True, topic=4)
    await running_job(store, audio)

    assert (await claimed(store)).audio == audio


async def test_an_unknown_item_is_none_and_cannot_move(store: Store) -> None:
    assert await store.items.get(1) is None
    with pytest.raises(NotStoredError):
        await store.items.move(1, ItemState.FETCHING)


async def test_a_move_stores_its_circumstances_and_the_next_clears_them(store: Store) -> None:
    await running_job(store, an_audio(1))
    item = await claimed(store)

    waiting = await store.items.move(
        item.id,
        ItemState.WAITING,
        reason=Reason.FLOOD,
        detail="34 s",
        until=NOW + MINUTE,
        attempts=2,
    )
    again = await store.items.move(item.id, ItemState.FETCHING)

    assert (waiting.reason, waiting.detail) == (Reason.FLOOD, "34 s")
    assert (waiting.until, waiting.attempts) == (NOW + MINUTE, 2)
    assert (again.reason, again.detail, again.until, again.attempts) == (None, "", None, 2)
    assert await _get(store, item.id) == again


async def test_an_illegal_move_is_refused(store: Store) -> None:
    await running_job(store, an_audio(1))
    item = await claimed(store)

    with pytest.raises(IllegalMoveError):
        await store.items.move(item.id, ItemState.SAVED)

    assert await _get(store, item.id) == item


async def test_the_first_time_that_something_is_due_counts_running_jobs_only(
    store: Store,
) -> None:
    assert await store.items.next_due() is None
    for minutes in (5, 2, 9):
        await running_job(store, an_audio(minutes))
        item = await claimed(store)
        await store.items.move(item.id, ItemState.WAITING, until=NOW + minutes * MINUTE)

    assert await store.items.next_due() == NOW + 2 * MINUTE
    await store.jobs.move(2, JobState.PAUSED)
    assert await store.items.next_due() == NOW + 5 * MINUTE


async def test_a_tally_counts_items_and_their_bytes(store: Store) -> None:
    sizes = (1, 10, 100, 1000, 10_000)
    job = await running_job(store, *(an_audio(n, size=size) for n, size in enumerate(sizes)))
    await store.items.add(job.id, [], missing=[77], chat_id=JAZZ.id)
    empty = await running_job(store)
    saved, failed = await claimed(store), await claimed(store)
    await store.items.move(failed.id, ItemState.FAILED, reason=Reason.DELETED)
    await store.items.move(saved.id, ItemState.CHECKING)
    await store.items.move(saved.id, ItemState.PUBLISHING)
    await store.items.move(saved.id, ItemState.SAVED)

    tallies = await store.items.tally([job.id, empty.id, 99])

    assert tallies == {
        job.id: Tally(
            {
                ItemState.QUEUED: 3,
                ItemState.SAVED: 1,
                ItemState.FAILED: 1,
                ItemState.SKIPPED: 1,
            },
            bytes_wanted=11_101,
            bytes_done=1,
        ),
        empty.id: Tally(),
        99: Tally(),
    }


async def test_a_tally_of_nothing_is_nothing(store: Store) -> None:
    assert await store.items.tally([]) == {}


async def test_interrupted_are_those_that_were_being_published(store: Store) -> None:
    await running_job(store, an_audio(1), an_audio(2))
    item = await claimed(store)
    await store.items.move(item.id, ItemState.CHECKING)
    moved = await store.items.move(item.id, ItemState.PUBLISHING)
    await claimed(store)

    assert await store.items.interrupted() == [moved]


async def test_stopping_ends_what_has_not_ended(store: Store) -> None:
    job = await running_job(store, *(an_audio(number) for number in range(1, 5)))
    other = await running_job(store, an_audio(9))
    failed, elsewhere, _ = await claimed(store), await claimed(store), await claimed(store)
    await store.items.move(failed.id, ItemState.FAILED, reason=Reason.DELETED)

    # Round-robin gave the second claim to the other job.
    stopped = await store.items.stop(job.id, ItemState.CANCELLED)

    assert elsewhere.job_id == other.id
    assert stopped == 3
    assert await _states(store, job.id) == [ItemState.FAILED, *[ItemState.CANCELLED] * 3]
    assert (await _get(store, failed.id)).reason is Reason.DELETED
    assert await _states(store, other.id) == [ItemState.FETCHING]


async def test_a_retry_queues_what_went_wrong_afresh(store: Store) -> None:
    job = await running_job(store, *(an_audio(number) for number in range(1, 5)))
    ends = (ItemState.FAILED, ItemState.PARKED, ItemState.CANCELLED, ItemState.WAITING)
    for state in ends:
        item = await claimed(store)
        await store.items.move(item.id, state, reason=Reason.REFUSED, detail="x", attempts=3)
    await store.items.add(job.id, [], missing=[5], chat_id=JAZZ.id)

    assert await store.items.retry(job.id) == 4

    items = await store.items.of_job(job.id)
    assert [item.state for item in items] == [*[ItemState.QUEUED] * 4, ItemState.SKIPPED]
    assert {(item.reason, item.detail, item.attempts) for item in items[:4]} == {(None, "", 0)}


async def test_what_is_parked_waits_no_more_by_its_reason_and_keeps_its_attempts(
    store: Store,
) -> None:
    job = await running_job(store, *(an_audio(number) for number in range(1, 4)))
    for reason in (Reason.LOGIN, Reason.DISK_FULL, Reason.NO_ACCESS):
        item = await claimed(store)
        await store.items.move(item.id, ItemState.PARKED, reason=reason, attempts=1)

    assert await store.items.wait_no_more({Reason.LOGIN, Reason.NO_ACCESS}) == 2
    assert await store.items.wait_no_more(()) == 0

    items = await store.items.of_job(job.id)
    assert [item.state for item in items] == [
        ItemState.QUEUED,
        ItemState.PARKED,
        ItemState.QUEUED,
    ]
    assert [item.reason for item in items] == [None, Reason.DISK_FULL, None]
    assert {item.attempts for item in items} == {1}


async def test_a_document_is_unwanted_when_no_item_is_still_to_bring_it(store: Store) -> None:
    audios = [an_audio(1), an_audio(2), an_audio(3)]
    mine = await running_job(store, *audios)
    await store.items.add(mine.id, [], missing=[9], chat_id=JAZZ.id)
    other = await running_job(store, an_audio(2), an_audio(4))
    assert await store.items.unwanted(mine.id) == frozenset()

    await store.items.stop(mine.id)
    assert await store.items.unwanted(mine.id) == {501, 503}

    await store.items.stop(other.id)
    assert await store.items.unwanted(mine.id) == {501, 502, 503}


async def test_a_job_tells_whether_it_has_items(store: Store) -> None:
    job = await running_job(store)
    assert not await store.items.any_of(job.id)

    await store.items.add(job.id, [], missing=[9], chat_id=JAZZ.id)
    assert await store.items.any_of(job.id)


async def test_any_number_of_jobs_is_counted(store: Store) -> None:
    job = await running_job(store, an_audio(1))

    tallies = await store.items.tally([*range(1000, 41_000), job.id])

    assert len(tallies) == 40_001
    assert tallies[job.id].items == {ItemState.QUEUED: 1}
    assert tallies[1000] == Tally()


async def test_a_posting_is_found_in_the_newest_jobs_that_hold_it(store: Store) -> None:
    audio = an_audio(1)
    jobs = [await running_job(store, audio, an_audio(2)) for _ in range(3)]
    found = await store.items.of_posting(audio.chat_id, audio.message_id, 2)

    assert [job.id for job in reversed(jobs)][:2] == [item.job_id for item in found]
    assert {audio} == {item.audio for item in found}
    assert [] == await store.items.of_posting(audio.chat_id, 99, 2)
    assert [] == await store.items.of_posting(-5, audio.message_id, 2)


async def test_what_was_sent_together_is_told_in_its_order(store: Store) -> None:
    album = [an_audio(number, album=9) for number in (5, 4, 3)]
    await running_job(store, *album, an_audio(6, album=8), an_audio(2))
    await running_job(store, an_audio(7, album=9))
    item = await claimed(store)
    assert await store.items.sent_together(item) == sorted(album, key=lambda one: one.message_id)


async def test_what_was_sent_alone_was_sent_together_with_nothing(store: Store) -> None:
    await running_job(store, an_audio(1), an_audio(2))
    item = await claimed(store)
    assert await store.items.sent_together(item) == [item.audio]
