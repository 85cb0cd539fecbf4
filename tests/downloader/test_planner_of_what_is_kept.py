"""What is not kept of a chat is not planned either."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from storage.errors import DatabaseBusyError
from storage.jobs import Jobs
from storage.models import ItemState, Job, JobState, Reason, Request
from storage.retention import Retention
from tests.downloader.rig import ME, open_rig
from tests.downloader.scripted import JAZZ, ScriptedSource, song


class UnmovedJobs(Jobs):
    """Does not store that a job runs, once."""

    def __init__(self, real: Jobs) -> None:
        super().__init__(real._database)
        self.is_busy = True

    async def move(self, job_id: int, state: JobState, **told: Any) -> Job:
        if self.is_busy and state is JobState.RUNNING:
            self.is_busy = False
            raise DatabaseBusyError(Path("tad.db"))
        return await super().move(job_id, state, **told)


async def test_what_is_not_kept_of_a_chat_is_not_fetched_and_said_so(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*map(song, range(1, 6)))) as rig:
        await rig.store.chats.save(JAZZ)
        await rig.store.retentions.put(JAZZ.id, Retention(count=2), rig.time.now())
        job = await rig.finish()

        assert JobState.DONE is job.state
        assert [5, 4] == [item.message_id for item in await rig.items(job.id)]
        assert job.reason is Reason.NOT_KEPT


async def test_that_not_all_is_kept_is_known_even_where_it_could_not_be_stored_at_first(
    tmp_path: Path,
) -> None:
    async with open_rig(tmp_path, ScriptedSource(*map(song, range(1, 6)))) as rig:
        await rig.store.chats.save(JAZZ)
        await rig.store.retentions.put(JAZZ.id, Retention(count=2), rig.time.now())
        rig.store = replace(rig.store, jobs=UnmovedJobs(rig.store.jobs))
        rig.build()
        async with rig.time.passing():
            job = await rig.finish()

        assert (JobState.DONE, Reason.NOT_KEPT) == (job.state, job.reason)
        assert [5, 4] == [item.message_id for item in await rig.items(job.id)]


async def test_what_the_library_has_takes_its_place_among_what_is_kept(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*map(song, range(1, 6)))) as rig:
        async with rig.running():
            await rig.ended((await rig.engine.submit(Request("@jazz", 9, first_id=5), ME)).id)
            await rig.store.retentions.put(JAZZ.id, Retention(count=2), rig.time.now())
            job = await rig.ended((await rig.engine.submit(Request("@jazz", 9), ME)).id)

        assert Reason.NOT_KEPT is job.reason
        assert [(5, ItemState.LINKED), (4, ItemState.SAVED)] == [
            (item.message_id, item.state) for item in await rig.items(job.id)
        ]


async def test_where_nothing_of_it_is_kept_the_job_says_so(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*map(song, range(1, 4)))) as rig:
        await rig.store.chats.save(JAZZ)
        await rig.store.retentions.put(JAZZ.id, Retention(count=1), rig.time.now())
        async with rig.running():
            await rig.ended((await rig.engine.submit(Request("@jazz", 10, first_id=3), ME)).id)
            older = await rig.engine.submit(Request("@jazz", 10, last_id=2), ME)
            job = await rig.ended(older.id)

        assert (JobState.FAILED, Reason.NOT_KEPT) == (job.state, job.reason)


async def test_what_is_asked_for_by_link_is_fetched_all_the_same(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*map(song, range(1, 4)))) as rig:
        await rig.store.chats.save(JAZZ)
        await rig.store.retentions.put(JAZZ.id, Retention(count=1), rig.time.now())
        async with rig.running():
            linked = Request("@jazz", 1, message_ids=(1,))
            job = await rig.ended((await rig.engine.submit(linked, ME)).id)

        assert [ItemState.SAVED] == [item.state for item in await rig.items(job.id)]
