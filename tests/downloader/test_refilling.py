from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from downloader.refilling import refill
from storage.models import Request
from storage.store import Store
from tests.storage.test_retentions import saved
from tests.storage.values import JAZZ, NOW, OWNER, a_file, an_audio, running_job
from tests.stores import store_at


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as opened:
        yield opened


async def test_what_is_not_whole_is_ordered_once_by_the_postings_it_came_from(
    store: Store,
) -> None:
    await store.chats.save(JAZZ)
    one, other, third = [await saved(store, number) for number in (1, 2, 3)]
    first = await refill(store, [one], [other], OWNER, NOW)
    again = await refill(store, [one], [other, third], OWNER, NOW)
    marked = [(await store.catalog.many([track.id]))[0].is_damaged for track in (one, other)]

    [job] = first.jobs
    assert (Request("@jazz", 2, message_ids=(1, 2), voice=True), OWNER) == (job.request, job.origin)
    assert [(3,)] == [job.request.message_ids for job in again.jobs]
    assert (2, 3) == (first.files, again.files)
    assert [True, False] == marked


async def test_the_newest_posting_that_is_not_gone_is_taken(store: Store) -> None:
    await store.chats.save(JAZZ)
    track = await saved(store)
    for number in (7, 9):
        await running_job(store, an_audio(number, document_id=track.document_id))
    ordered = await refill(store, [], [track], OWNER, NOW)

    assert [(9,)] == [job.request.message_ids for job in ordered.jobs]


async def test_what_nobody_posted_is_lost_and_stays_as_it_is(store: Store) -> None:
    [track_id] = await store.imports.add([a_file()], NOW)
    [track] = await store.catalog.many([track_id])
    ordered = await refill(store, [track], [], OWNER, NOW)
    [after] = await store.catalog.many([track_id])

    assert ((), 0, (track,)) == (ordered.jobs, ordered.files, ordered.lost)
    assert not after.is_damaged
