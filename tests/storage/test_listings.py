from __future__ import annotations

from storage.listings import Mark
from storage.store import Store
from tests.storage.values import an_audio, running_job


async def test_a_part_of_a_plan_is_stored_with_how_far_it_goes_until_it_is_whole(
    store: Store,
) -> None:
    job, other = await running_job(store), await running_job(store)
    marks: list[tuple[Mark, Mark | None]] = []
    for part in ([an_audio(30), an_audio(20)], [an_audio(20), an_audio(10)]):
        mark = Mark(read=len(marks) + 5, found=2, message_id=part[-1].message_id)
        await store.listings.go_on(job.id, part, mark)
        marks.append((mark, await store.listings.of(job.id)))
    await store.items.add(job.id, [an_audio(5)])

    assert all(stored == found for stored, found in marks)
    assert [30, 20, 10, 5] == [item.message_id for item in await store.items.of_job(job.id)]
    assert [None, None] == [await store.listings.of(one.id) for one in (job, other)]


async def test_the_queued_items_of_a_job_come_some_at_a_time(store: Store) -> None:
    job = await running_job(store, *(an_audio(number) for number in (4, 3, 2, 1)))
    first = await store.items.queued(job.id, 0, 3)
    second = await store.items.queued(job.id, first[-1].id, 3)

    assert [[4, 3, 2], [1]] == [[item.message_id for item in some] for some in (first, second)]
    assert [] == await store.items.queued(job.id, second[-1].id, 3)
