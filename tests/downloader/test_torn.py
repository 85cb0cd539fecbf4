"""What was torn off between two writes, by a kill or a disk that failed, and is taken up later."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, cast

import pytest

from downloader.errors import SourceDamagedError
from storage.catalog import Catalog
from storage.entry import Intent
from storage.errors import DiskFailure, DiskTrouble
from storage.files import Files
from storage.models import Audio, Item, ItemState, Job, JobState, Reason, Track, Transfer
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import JAZZ, ScriptedSource, song

ONE, TWIN = song(1, document=101), replace(song(2, document=102), title="Song 1")
PATH = PurePosixPath("Jazz/Band - Song 1.mp3")


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    async with open_rig(tmp_path, ScriptedSource(ONE, TWIN)) as rig:
        yield rig


async def planned(rig: Rig, *audios: Audio) -> Job:
    job = await rig.submit()
    await rig.store.jobs.claim_to_plan(rig.time.now())
    await rig.store.items.add(job.id, audios)
    return await rig.store.jobs.move(job.id, JobState.RUNNING, chat=JAZZ)


async def about_to_publish(rig: Rig, item: Item) -> None:
    """Bring the item to where its whole part is about to get the name `PATH`."""
    assert item.audio is not None
    document_id, body = item.audio.document_id, rig.source.bodies[item.audio.document_id]
    async with await rig.store.files.create_part(document_id, len(body)) as part:
        await part.write(0, body)
        await part.sync()
    await rig.store.transfers.save(Transfer(document_id, len(body), 16_384, b"\x01"))
    for state in (ItemState.FETCHING, ItemState.CHECKING, ItemState.PUBLISHING):
        await rig.store.items.move(item.id, state)
    await rig.store.transfers.intend(document_id, Intent(PATH, sha256(body).hexdigest()))


async def test_f38_a_file_of_another_document_with_the_same_bytes_is_linked_not_adopted(
    rig: Rig,
) -> None:
    rig.source.bodies[102] = rig.source.bodies[101]
    job = await planned(rig, ONE, TWIN)
    for item in await rig.items(job.id):
        await about_to_publish(rig, item)  # both have chosen the same free name
    await rig.store.files.publish(101, PATH)
    async with rig.running():
        assert JobState.DONE is (await rig.ended(job.id)).state

    assert [ItemState.SAVED, ItemState.LINKED] == await rig.states(job.id)
    assert rig.bodies()[:1] == sorted(rig.published().values())
    assert (frozenset(), frozenset()) == await rig.left_over()


async def test_f50_a_file_of_another_document_is_not_adopted_in_normal_work(rig: Rig) -> None:
    rig.source.bodies[102] = rig.source.bodies[101]
    rig.source.songs = [ONE]
    await rig.finish()
    job = await planned(rig, TWIN)
    (item,) = await rig.items(job.id)
    await about_to_publish(rig, item)
    await rig.store.items.move(item.id, ItemState.QUEUED)
    rig.build()
    async with rig.running():
        await rig.ended(job.id)

    assert [ItemState.LINKED] == await rig.states(job.id)
    assert 1 == len(rig.published())


class Unsettled(Files):
    """Cannot make a name durable, neither at the start nor when the item is claimed."""

    failures = 2

    async def settle(self, path: PurePosixPath) -> None:
        if self.failures:
            self.failures -= 1
            raise DiskFailure(DiskTrouble.BROKEN, path)
        await super().settle(path)


async def test_f40_a_file_is_adopted_only_when_its_name_is_durable(rig: Rig) -> None:
    job = await planned(rig, ONE)
    (item,) = await rig.items(job.id)
    await about_to_publish(rig, item)
    await rig.store.files.publish(101, PATH)
    rig.store = replace(rig.store, files=Unsettled(rig.music))
    rig.build()
    async with rig.running():
        parked = await rig.item_is(job.id, ItemState.PARKED)
        assert Reason.DISK_BROKEN is parked.reason
        assert [] == await rig.store.catalog.every()
        await rig.engine.retry(job.id)
        assert JobState.DONE is (await rig.ended(job.id)).state


class Failing:
    """The catalogue, on a data disk that is full for the first `times` entries."""

    def __init__(self, catalog: Catalog, times: int) -> None:
        self._catalog = catalog
        self._times = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._catalog, name)

    async def save(self, *args: Any, **options: Any) -> Track:
        if self._times:
            self._times -= 1
            raise DiskFailure(DiskTrouble.FULL, Path("tad.db"))
        return await self._catalog.save(*args, **options)


async def test_f38_a_published_file_is_entered_when_its_job_is_cancelled(rig: Rig) -> None:
    rig.source.songs = [ONE]
    rig.store = replace(rig.store, catalog=cast("Catalog", Failing(rig.store.catalog, 1)))
    rig.build()
    async with rig.running():
        job = await rig.submit()
        await rig.item_is(job.id, ItemState.PARKED)
        await rig.engine.cancel(job.id)
        assert [ItemState.SAVED] == await rig.states(job.id)
        assert (frozenset(), frozenset()) == await rig.left_over()
        again = await rig.submit()
        await rig.ended(again.id)

    assert [ItemState.LINKED] == await rig.states(again.id)
    (track,) = await rig.store.catalog.every()
    assert [str(track.path)] == list(rig.published())


async def test_f38_an_intent_without_its_file_goes_with_the_cancelled_job(rig: Rig) -> None:
    job = await planned(rig, ONE)
    (item,) = await rig.items(job.id)
    await about_to_publish(rig, item)
    await rig.store.items.move(item.id, ItemState.PARKED)
    await rig.engine.cancel(job.id)

    assert [ItemState.CANCELLED] == await rig.states(job.id)
    assert (frozenset(), frozenset()) == await rig.left_over()


async def test_f38_a_retry_that_was_killed_half_way_is_made_whole_by_the_next(rig: Rig) -> None:
    rig.source.songs = [ONE]
    bad = rig.source.script("part", SourceDamagedError(Reason.DAMAGED_AT_SOURCE), times=99)
    job = await rig.finish()
    assert JobState.FAILED is job.state
    await rig.store.items.retry(job.id)  # and killed before the job itself has moved
    bad.times = 0
    rig.build()
    async with rig.running():
        assert JobState.RUNNING is (await rig.engine.retry(job.id)).state
        assert JobState.DONE is (await rig.ended(job.id)).state


class Slow(Failing):
    """The catalogue, entering a file only when it may."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__(catalog, 0)
        self.reached, self.may = asyncio.Event(), asyncio.Event()

    async def save(self, *args: Any, **options: Any) -> Track:
        self.reached.set()
        await self.may.wait()
        return await super().save(*args, **options)


async def test_f38_a_job_is_cancelled_while_its_publishing_is_taken_up(rig: Rig) -> None:
    job = await planned(rig, ONE)
    (item,) = await rig.items(job.id)
    await about_to_publish(rig, item)
    await rig.store.files.publish(101, PATH)
    catalog = Slow(rig.store.catalog)
    rig.store = replace(rig.store, catalog=cast("Catalog", catalog))
    rig.build()
    async with rig.running(), asyncio.TaskGroup() as group:
        await catalog.reached.wait()
        group.create_task(rig.engine.cancel(job.id))
        for _ in range(10):
            await asyncio.sleep(0)
        catalog.may.set()

    assert [ItemState.SAVED] == await rig.states(job.id)


async def test_f38_a_job_is_cancelled_before_its_publishing_is_taken_up(rig: Rig) -> None:
    job = await planned(rig, ONE)
    (item,) = await rig.items(job.id)
    await about_to_publish(rig, item)
    await rig.store.files.publish(101, PATH)
    await rig.engine.cancel(job.id)

    assert [ItemState.SAVED] == await rig.states(job.id)
    assert (frozenset(), frozenset()) == await rig.left_over()
