"""A database that refuses to be written for a while (F32, F43) stops nothing for good."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from downloader.errors import OfflineError
from storage.catalog import Catalog
from storage.chats import Chats
from storage.claims import Claim
from storage.errors import (
    DatabaseBusyError,
    DiskFailure,
    DiskTrouble,
    NameTaken,
    NotStoredError,
    StorageError,
)
from storage.files import Files
from storage.items import Items
from storage.jobs import Jobs
from storage.models import Chat, Item, ItemState, Job, JobState, Reason, Track, Transfer
from storage.transfers import Transfers
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import ScriptedSource, song

PATH = PurePosixPath("tad.db")
BUSY = DatabaseBusyError(PATH)
FULL = DiskFailure(DiskTrouble.FULL, PATH)


class StumblingItems(Items):
    """Refuses the moves to some states, once each."""

    def __init__(self, real: Items, errors: dict[ItemState, StorageError]) -> None:
        super().__init__(real._database)
        self.errors = errors

    async def move(self, item_id: int, state: ItemState, **changes: Any) -> Item:
        if error := self.errors.pop(state, None):
            raise error
        return await super().move(item_id, state, **changes)


class OverlookedItems(StumblingItems):
    """Whoever looks second at an item hears of it when somebody has claimed it again."""

    def __init__(self, real: Items) -> None:
        super().__init__(real, {ItemState.CHECKING: BUSY})
        self.claims = self.looks = 0
        self.claimed_again = asyncio.Event()

    async def claim(self, now: datetime, resting: Collection[int] = ()) -> Claim | None:
        if ItemState.CHECKING not in self.errors and self.claims == 1 and not self.looks:
            raise BUSY
        claim = await super().claim(now, resting)
        if claim is not None:
            self.claims += 1
        if self.claims > 1:
            self.claimed_again.set()
        return claim

    async def get(self, item_id: int) -> Item | None:
        item = await super().get(item_id)
        self.looks += 1
        if self.looks == 2:
            await self.claimed_again.wait()
        return item


class StumblingJobs(Jobs):
    def __init__(self, real: Jobs, errors: dict[JobState, StorageError]) -> None:
        super().__init__(real._database)
        self.errors = errors

    async def move(self, job_id: int, state: JobState, **changes: Any) -> Job:
        if error := self.errors.pop(state, None):
            raise error
        return await super().move(job_id, state, **changes)


class StumblingCatalog(Catalog):
    """Does not save the first track, after its file has got its name."""

    def __init__(self, real: Catalog) -> None:
        super().__init__(real._database)
        self.errors: list[StorageError] = [BUSY]

    async def save(self, item: Item, **file: Any) -> Track:
        if self.errors:
            raise self.errors.pop()
        return await super().save(item, **file)


class StumblingTransfers(Transfers):
    """Does not store what has come, a few times."""

    def __init__(self, real: Transfers, *errors: StorageError) -> None:
        super().__init__(real._database)
        self.errors = list(errors)

    async def save(self, transfer: Transfer) -> None:
        if self.errors:
            raise self.errors.pop()
        await super().save(transfer)


class StumblingChats(Chats):
    def __init__(self, real: Chats, *errors: StorageError) -> None:
        super().__init__(real._database)
        self.errors = list(errors)

    async def save(self, chat: Chat) -> None:
        if self.errors:
            raise self.errors.pop()
        await super().save(chat)


class RacedFiles(Files):
    """Somebody else takes the chosen name first, a few times."""

    races = 3

    async def publish(self, document_id: int, path: PurePosixPath, *, tagged: bool = False) -> None:
        if self.races:
            self.races -= 1
            self.locate(path).parent.mkdir(exist_ok=True)
            self.locate(path).write_bytes(b"faster")
        await super().publish(document_id, path, tagged=tagged)


class BrokenFiles(Files):
    """Cannot give names, once."""

    def __init__(self, root: Path, kind: DiskTrouble) -> None:
        super().__init__(root)
        self.failures = [DiskFailure(kind, root)]

    async def publish(self, document_id: int, path: PurePosixPath, *, tagged: bool = False) -> None:
        if self.failures:
            raise self.failures.pop()
        await super().publish(document_id, path, tagged=tagged)


def stumble(rig: Rig, **parts: Any) -> None:
    rig.store = replace(rig.store, **parts)
    rig.build()


async def ends_well(rig: Rig) -> None:
    async with rig.running(), rig.time.passing():
        job = await rig.submit()
        assert JobState.DONE is (await rig.ended(job.id)).state
    assert rig.bodies() == sorted(rig.published().values())
    assert (frozenset(), frozenset()) == await rig.left_over()


@pytest.mark.parametrize("error", [BUSY, FULL], ids=["busy", "full"])
@pytest.mark.parametrize("state", [ItemState.CHECKING, ItemState.PUBLISHING])
async def test_f32_f43_a_step_that_cannot_be_stored_is_made_again(
    tmp_path: Path, state: ItemState, error: StorageError
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1), song(2))) as rig:
        stumble(rig, items=StumblingItems(rig.store.items, {state: error}))
        await ends_well(rig)


async def test_f32_an_end_that_cannot_be_stored_is_found_again(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1), song(2))) as rig:
        rig.source.script("open", OfflineError())
        stumble(rig, items=StumblingItems(rig.store.items, {ItemState.WAITING: FULL}))
        await ends_well(rig)


async def test_f32_a_file_that_has_its_name_but_no_entry_is_adopted(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        stumble(rig, catalog=StumblingCatalog(rig.store.catalog))
        await ends_well(rig)
        assert 1 == len(rig.source.parts())


async def test_f43_a_database_held_for_long_uses_up_no_try(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        stumble(rig, transfers=StumblingTransfers(rig.store.transfers, *[BUSY] * 5))
        await ends_well(rig)

        (item,) = await rig.store.items.every()
        assert 0 == item.attempts


async def test_f43_an_item_left_over_is_put_back_by_one_worker(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        items = OverlookedItems(rig.store.items)
        stumble(rig, items=items)
        await ends_well(rig)

        assert 2 == items.claims


async def test_f43_a_database_held_for_long_fails_no_plan(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        stumble(rig, chats=StumblingChats(rig.store.chats, *[BUSY] * 5))
        await ends_well(rig)


@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.DONE])
async def test_f43_a_job_whose_move_cannot_be_stored_goes_on(
    tmp_path: Path, state: JobState
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        stumble(rig, jobs=StumblingJobs(rig.store.jobs, {state: BUSY}))
        await ends_well(rig)


async def test_f43_a_job_of_linked_items_whose_end_cannot_be_stored_ends_later(
    tmp_path: Path,
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        await rig.finish()
        stumble(rig, jobs=StumblingJobs(rig.store.jobs, {JobState.DONE: BUSY}))
        await ends_well(rig)


async def test_f43_a_plan_whose_trouble_cannot_be_stored_is_made_again(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.source.script("chat", OfflineError())
        stumble(rig, jobs=StumblingJobs(rig.store.jobs, {JobState.QUEUED: BUSY}))
        await ends_well(rig)


async def test_f50_whoever_is_faster_keeps_the_name(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        stumble(rig, files=RacedFiles(rig.music))
        job = await rig.finish()

        assert [ItemState.SAVED] == await rig.states(job.id)
        assert 4 == len(rig.published())
        assert 3 == sum(path.read_bytes() == b"faster" for path in rig.music.rglob("*.mp3"))


async def test_f50_a_race_lost_for_ever_is_given_up(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        files = RacedFiles(rig.music)
        files.races = 10_000
        stumble(rig, files=files)
        async with rig.running(), rig.time.passing():
            job = await rig.submit()
            await rig.ended(job.id)

        (item,) = await rig.items(job.id)
        assert (Reason.BROKEN, NameTaken.__name__) == (item.reason, item.detail)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (DiskTrouble.DENIED, Reason.DISK_DENIED),
        (DiskTrouble.READ_ONLY, Reason.DISK_DENIED),
        (DiskTrouble.BROKEN, Reason.DISK_BROKEN),
        (DiskTrouble.FULL, Reason.DISK_FULL),
    ],
)
async def test_f33_f34_f35_a_library_that_takes_no_file_parks_the_item_and_keeps_its_bytes(
    tmp_path: Path, kind: DiskTrouble, reason: Reason
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        stumble(rig, files=BrokenFiles(rig.music, kind))
        async with rig.running():
            job = await rig.submit()
            item = await rig.item_is(job.id, ItemState.PARKED)
            assert (reason, 0) == (item.reason, item.attempts)
            await rig.engine.retry(job.id)
            assert JobState.DONE is (await rig.ended(job.id)).state

        assert 1 == len(rig.source.parts())


class UnreadableFiles(Files):
    """Cannot read back a published file, once."""

    failures = 1

    async def digest_published(self, path: PurePosixPath) -> str | None:
        if self.failures:
            self.failures -= 1
            raise DiskFailure(DiskTrouble.BROKEN, path)
        return await super().digest_published(path)


async def test_f35_a_disk_that_cannot_be_read_at_the_start_does_not_stop_the_start(
    tmp_path: Path,
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        whole = rig.store
        stumble(rig, files=BrokenFiles(rig.music, DiskTrouble.DENIED))
        async with rig.running():
            job = await rig.submit()
            item = await rig.item_is(job.id, ItemState.PARKED)
        for state in (ItemState.QUEUED, ItemState.FETCHING, ItemState.CHECKING):
            await whole.items.move(item.id, state)
        await whole.items.move(item.id, ItemState.PUBLISHING)
        stumble(rig, files=UnreadableFiles(rig.music))
        async with rig.running():
            assert JobState.DONE is (await rig.ended(job.id)).state

        assert 1 == len(rig.source.parts())


async def test_f32_a_published_file_that_is_never_entered_is_adopted_by_a_retry(
    tmp_path: Path,
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        catalog = StumblingCatalog(rig.store.catalog)
        catalog.errors = [NotStoredError("track", 1)] * 3
        stumble(rig, catalog=catalog)
        async with rig.running(), rig.time.passing():
            job = await rig.submit()
            assert JobState.FAILED is (await rig.ended(job.id)).state
            await rig.engine.retry(job.id)
            assert JobState.DONE is (await rig.job_is(job.id, JobState.DONE)).state

        assert 1 == len(rig.source.parts())
        assert rig.bodies() == list(rig.published().values())


class LockedJobs(Jobs):
    """Another program holds the database, or the disk is full, when the engine starts."""

    def __init__(self, real: Jobs, *errors: StorageError) -> None:
        super().__init__(real._database)
        self.errors = list(errors)

    async def recover(self, latest: datetime) -> None:
        if self.errors:
            raise self.errors.pop()
        await super().recover(latest)


async def test_f32_f43_a_start_that_cannot_be_stored_is_made_again(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        stumble(rig, jobs=LockedJobs(rig.store.jobs, BUSY, FULL, BUSY))
        await ends_well(rig)

        assert [5.0] * 3 == rig.time.slept[:3]


async def test_f43_a_start_that_cannot_be_stored_can_be_stopped(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        stumble(rig, jobs=LockedJobs(rig.store.jobs, *[BUSY] * 99))
        async with rig.running():
            await rig.time.someone_sleeps()
