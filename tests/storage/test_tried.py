from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from storage.models import ItemState, JobState, Reason, Request
from storage.store import Store
from storage.tried import Tried
from tests.storage.values import JAZZ, NOW, OWNER, an_audio, publishing, running_job


async def test_of_each_posting_the_newest_job_tells(store: Store) -> None:
    for state in (ItemState.FAILED, ItemState.CANCELLED):
        job = await running_job(store, an_audio(1))
        [item] = await store.items.of_job(job.id)
        await store.items.move(item.id, ItemState.FETCHING)
        await store.items.move(item.id, state, reason=Reason.REFUSED)
    elsewhere = await running_job(store, replace(an_audio(2), chat_id=-7))
    await store.jobs.move(elsewhere.id, JobState.PAUSED)

    [tried] = await store.trials.of_chat(JAZZ.id)

    assert Tried(1, 501, ItemState.CANCELLED, Reason.REFUSED) == tried


async def test_by_which_queries_was_chosen_is_told(store: Store) -> None:
    for query in ("lossless", "", "lossless"):
        job = await store.jobs.add(Request("@jazz", 1, query=query), OWNER, NOW)
        await store.jobs.move(job.id, JobState.PLANNING)
        await store.jobs.move(job.id, JobState.RUNNING, chat=JAZZ)

    assert ["lossless"] == await store.trials.queries(JAZZ.id)
    assert [] == await store.trials.queries(5)


async def test_a_damaged_file_is_whole_again_when_it_was_fetched_anew(store: Store) -> None:
    damaged = []
    for _ in range(2):
        await running_job(store, an_audio(1))
        item = await publishing(store)
        track = await store.catalog.save(
            item, path=PurePosixPath("a.mp3"), size=1000, mime="audio/mpeg", sha256_source="ab",
            sha256="ab", now=NOW,
        )  # fmt: skip
        await store.trials.damaged([track.id], NOW)
        known = await store.catalog.get(track.id)
        damaged += [track.is_damaged, known is not None and known.is_damaged]

    assert [False, True, False, True] == damaged
