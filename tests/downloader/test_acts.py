from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from downloader.errors import NoSuchJobError, RefusedError, ThrottledError
from downloader.events import JobMoved
from storage.entry import Intent
from storage.errors import DatabaseBusyError, DiskFailure, DiskTrouble, StorageError
from storage.files import Files
from storage.jobs import Jobs
from storage.models import ItemState, JobState, Transfer
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import JAZZ, ScriptedSource, song

PAUSED, CANCELLED, DONE = JobState.PAUSED, JobState.CANCELLED, JobState.DONE
DATABASE = Path("tad.db")
TROUBLES = [DatabaseBusyError(DATABASE), DiskFailure(DiskTrouble.FULL, DATABASE)]


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with open_rig(tmp_path, ScriptedSource(song(1), song(2))) as rig:
        rig.build(workers=1)
        yield rig


class Stumbling(Jobs):
    """The real jobs, which cannot be moved to one state so many times."""

    def __init__(self, jobs: Jobs, state: JobState, error: StorageError, times: int) -> None:
        super().__init__(jobs._database)
        self._state, self._error, self.times = state, error, times

    async def move(self, job_id: int, state: JobState, **options: Any) -> Any:
        if state is self._state and self.times:
            self.times -= 1
            raise self._error
        return await super().move(job_id, state, **options)


@pytest.mark.parametrize("error", TROUBLES)
@pytest.mark.parametrize("state", [PAUSED, CANCELLED])
async def test_f43_a_stop_acts_at_once_and_is_stored_when_the_database_takes_it(
    rig: Rig, state: JobState, error: StorageError
) -> None:
    stumbling = Stumbling(rig.store.jobs, state, error, times=3)
    rig.store = replace(rig.store, jobs=stumbling)
    rig.build(workers=1)
    held = rig.source.script("part", hold=asyncio.Event(), times=99)
    async with rig.running(), asyncio.TaskGroup() as group:
        job = await rig.submit()
        await held.reached.wait()
        held.reached.clear()
        act = rig.engine.pause if state is PAUSED else rig.engine.cancel
        acting = group.create_task(act(job.id))
        await held.left.wait()
        async with rig.time.passing():
            assert state is (await acting).state

        assert not stumbling.times
        assert not held.reached.is_set()  # nothing began anew in between
        assert state is (await rig.job(job.id)).state


async def test_a_job_that_is_cancelled_is_told_of_once(rig: Rig) -> None:
    held = rig.source.script("part", hold=asyncio.Event(), times=99)
    async with rig.running(), asyncio.TaskGroup() as group:
        job = await rig.submit()
        await held.reached.wait()
        with rig.engine.events.listen() as heard:
            acting = group.create_task(rig.engine.cancel(job.id))
            await held.left.wait()
            assert frozenset({job.id}) == rig.engine.cancelling()
            await acting
            while not isinstance(told := await anext(heard), JobMoved):
                pass

        assert CANCELLED is told.job.state
        assert frozenset() == rig.engine.cancelling()


async def test_f43_a_plan_that_was_stopped_begins_anew_though_the_stop_was_never_stored(
    rig: Rig,
) -> None:
    """Whoever waited for the act may go away before it could be stored."""
    rig.store = replace(rig.store, jobs=Stumbling(rig.store.jobs, PAUSED, TROUBLES[0], times=99))
    rig.build(workers=1)
    held = rig.source.script("chat", hold=asyncio.Event())
    async with rig.running(), asyncio.TaskGroup() as group:
        job = await rig.submit()
        await held.reached.wait()
        acting = group.create_task(rig.engine.pause(job.id))
        await held.left.wait()
        assert frozenset({job.id}) == rig.engine.stopping()
        acting.cancel()
        await asyncio.wait({acting})
        await rig.submit("@rock")

        assert DONE is (await rig.ended(job.id)).state
        assert frozenset() == rig.engine.stopping()


async def test_a_job_that_does_not_exist_cannot_be_stopped(rig: Rig) -> None:
    with pytest.raises(NoSuchJobError):
        await rig.engine.cancel(99)
    with pytest.raises(NoSuchJobError):
        await rig.engine.pause(99)

    assert frozenset() == rig.engine.stopping()


async def all_at_rest(rig: Rig, *states: ItemState) -> int:
    """Leave a job as a kill does between the end of its last item and its own."""
    job = await rig.submit()
    await rig.store.jobs.claim_to_plan(rig.time.now())
    await rig.store.items.add(job.id, [song(number) for number in range(1, len(states) + 1)])
    await rig.store.jobs.move(job.id, JobState.RUNNING, chat=JAZZ)
    for item, state in zip(await rig.items(job.id), states, strict=True):
        await rig.store.items.move(item.id, ItemState.FETCHING)
        if state is ItemState.SAVED:
            await rig.store.items.move(item.id, ItemState.CHECKING)
            await rig.store.items.move(item.id, ItemState.PUBLISHING)
        await rig.store.items.move(item.id, state)
    await rig.store.jobs.move(job.id, PAUSED)
    return job.id


SAVED, FAILED = ItemState.SAVED, ItemState.FAILED
ENDS = [((SAVED, SAVED), DONE), ((SAVED, FAILED), JobState.PARTLY_DONE)]


@pytest.mark.parametrize(("states", "end"), ENDS)
async def test_f65_a_paused_job_of_which_all_is_at_rest_is_over_and_not_cancelled(
    rig: Rig, states: tuple[ItemState, ...], end: JobState
) -> None:
    job_id = await all_at_rest(rig, *states)

    assert end is (await rig.engine.cancel(job_id)).state
    assert list(states) == await rig.states(job_id)


@pytest.mark.parametrize(("states", "end"), ENDS)
async def test_f38_a_start_closes_such_a_job(
    rig: Rig, states: tuple[ItemState, ...], end: JobState
) -> None:
    job_id = await all_at_rest(rig, *states)
    async with rig.running():
        assert end is (await rig.ended(job_id)).state


async def test_f38_a_start_removes_what_a_cancellation_cut_off_has_left(rig: Rig) -> None:
    job_id = await all_at_rest(rig, ItemState.CANCELLED, FAILED)
    for document_id in [item.audio.document_id for item in await rig.items(job_id) if item.audio]:
        await rig.store.transfers.save(Transfer(document_id, 10_000, 16_384, b"\0"))
        part = await rig.store.files.create_part(document_id, 10_000)
        await part.__aexit__(None, None, None)
    async with rig.running():
        await rig.ended(job_id)

    [_, failed] = [item.audio.document_id for item in await rig.items(job_id) if item.audio]
    assert (frozenset({failed}), frozenset({failed})) == await rig.left_over()


async def test_f65_a_job_paused_before_its_plan_was_made_is_not_over(rig: Rig) -> None:
    job = await rig.submit()
    await rig.engine.pause(job.id)
    async with rig.running():
        assert PAUSED is (await rig.engine.pause(job.id)).state


async def about_to_publish(rig: Rig, job_id: int) -> None:
    """Let the first file seem to have been torn off on its way into the library."""
    [item, *_] = await rig.items(job_id)
    assert item.audio is not None
    document_id = item.audio.document_id
    await rig.store.transfers.save(Transfer(document_id, item.audio.size, 16_384, b"\x01"))
    await rig.store.transfers.intend(document_id, Intent(PurePosixPath("Jazz/x.mp3"), "0" * 64))


async def test_f34_a_library_that_is_away_keeps_no_cancel_waiting(rig: Rig) -> None:
    held = rig.source.script("part", hold=asyncio.Event(), times=99)
    async with rig.running():
        job = await rig.submit()
        await held.reached.wait()
        await rig.engine.pause(job.id)
        await about_to_publish(rig, job.id)
        rig.music.rename(rig.music.with_name("away"))

        assert CANCELLED is (await rig.engine.cancel(job.id)).state


async def test_f35_a_file_that_cannot_be_read_keeps_no_cancel_waiting(rig: Rig) -> None:
    class Broken(Files):
        async def digest_published(self, path: PurePosixPath) -> str | None:
            raise DiskFailure(DiskTrouble.BROKEN, path)

    rig.store = replace(rig.store, files=Broken(rig.music))
    rig.build(workers=1)
    held = rig.source.script("part", hold=asyncio.Event(), times=99)
    async with rig.running():
        job = await rig.submit()
        await held.reached.wait()
        await about_to_publish(rig, job.id)

        assert CANCELLED is (await rig.engine.cancel(job.id)).state


@pytest.mark.parametrize("error", [RefusedError("STRANGE"), KeyError("a bug")])
async def test_f22_a_retry_goes_on_with_what_had_come_before_the_file_was_given_up(
    tmp_path: Path, error: Exception
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1, size=9 << 20))) as rig:
        rig.source.width = 1
        rig.source.script("part", error, skip=6, times=3)
        async with rig.running(), rig.time.passing():
            job = await rig.submit()
            assert JobState.FAILED is (await rig.ended(job.id)).state
            came = rig.source.parts()[:6]
            given_up_at = len(rig.source.parts())
            await rig.engine.retry(job.id)
            assert DONE is (await rig.job_is(job.id, DONE)).state

        assert set(came).isdisjoint(rig.source.parts()[given_up_at:])


async def test_f43_a_retry_that_cannot_be_stored_at_once_pauses_nothing(rig: Rig) -> None:
    stumbling = Stumbling(rig.store.jobs, JobState.QUEUED, DatabaseBusyError(DATABASE), times=0)
    rig.store = replace(rig.store, jobs=stumbling)
    rig.build(workers=1)
    rig.source.script("chat", ThrottledError(timedelta(hours=3)))
    async with rig.running():
        job = await rig.submit()
        while (await rig.job(job.id)).until is None:
            await rig.time.someone_sleeps()
        stumbling.times = 1
        async with rig.time.passing():
            await rig.engine.retry(job.id)
            assert DONE is (await rig.job_is(job.id, DONE, PAUSED)).state
