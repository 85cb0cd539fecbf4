from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from downloader.errors import DiskError
from downloader.room import Room
from storage.errors import DiskFailure, DiskTrouble
from storage.files import Files
from storage.models import ItemState, Reason, Transfer
from storage.store import Store
from tests.downloader.rig import open_rig
from tests.downloader.scripted import OwnedTime, ScriptedSource, song

TIB = 1 << 40


async def test_f31_what_leaves_the_reserve_alone_fits(store: Store) -> None:
    free = await store.files.free_bytes()
    room = Room(store.files, OwnedTime().clock, reserve=free // 2)

    await room.check(1000)
    async with room.reserved(1000):
        pass
    with pytest.raises(DiskError) as info:
        await room.check(free)
    assert Reason.DISK_FULL is info.value.reason
    # What must be made free: the file, and the reserve, less what is free now.
    lacking = int(info.value.detail.removesuffix(" bytes"))
    assert free // 3 < lacking < free


async def test_f31_while_one_lays_out_its_file_no_other_counts(store: Store) -> None:
    room = Room(store.files, OwnedTime().clock, reserve=0)
    order: list[str] = []

    async def second() -> None:
        async with room.reserved(1):
            order.append("second")

    async with asyncio.TaskGroup() as group, room.reserved(1):
        group.create_task(second())
        await asyncio.sleep(0)
        order.append("first")

    assert ["first", "second"] == order


async def test_f31_only_what_fits_again_is_told(store: Store) -> None:
    time = OwnedTime()
    room = Room(store.files, time.clock, reserve=0)
    told: list[int] = []

    async def go_on() -> None:
        told.append(1)

    room.fell_short(900 * TIB)
    room.fell_short(1000 * TIB)
    async with time.passing():
        await room.watch(go_on)
    assert [] == told

    room.fell_short(1)
    async with time.passing():
        await room.watch(go_on)
    assert [1] == told
    assert [30.0, 30.0] == time.slept


async def test_f32_who_could_not_be_told_is_told_again(store: Store) -> None:
    time = OwnedTime()
    room = Room(store.files, time.clock, reserve=0)
    told: list[int] = []

    async def go_on() -> None:
        told.append(1)
        if len(told) == 1:
            raise DiskFailure(DiskTrouble.FULL, Path("tad.db"))

    room.fell_short(1)
    async with time.passing():
        with pytest.raises(DiskFailure):
            await room.watch(go_on)
        await room.watch(go_on)

    assert [1, 1] == told


async def test_without_a_shortage_the_watch_only_waits(store: Store) -> None:
    time = OwnedTime()
    room = Room(store.files, time.clock, reserve=0)

    async def go_on() -> None:
        raise AssertionError

    async with asyncio.TaskGroup() as group:
        task = group.create_task(room.watch(go_on))
        await asyncio.sleep(0)
        task.cancel()

    assert [] == time.slept


class SmallDisk(Files):
    """A library on a disk of 4.5 MB."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self._root = root

    async def free_bytes(self) -> int:
        files = [path for path in self._root.rglob("*") if path.is_file()]
        return 4_500_000 - sum(path.lstat().st_blocks * 512 for path in files)


async def test_f31_a_file_needs_its_size_only_once(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1, size=3_000_000))) as rig:
        rig.store = replace(rig.store, files=SmallDisk(rig.music))
        rig.build()
        job = await rig.finish()

        assert [ItemState.SAVED] == await rig.states(job.id)


async def test_f31_what_is_laid_out_goes_on_below_the_reserve(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1, size=3_000_000))) as rig:
        rig.store = replace(rig.store, files=SmallDisk(rig.music))
        rig.source.width = 1
        rig.build(workers=1)
        held = rig.source.script("part", hold=asyncio.Event(), skip=1, times=99)
        async with rig.running():
            job = await rig.submit()
            await held.reached.wait()
        held.times = 0
        rig.build(reserve=2_000_000)  # the part leaves less than that
        async with rig.running():
            await rig.item_is(job.id, ItemState.SAVED, ItemState.PARKED)

        assert [ItemState.SAVED] == await rig.states(job.id)


async def test_f31_a_parked_file_waits_for_no_more_than_it_lacks(tmp_path: Path) -> None:
    """What it holds of the disk already need not become free a second time."""
    audio = song(1, size=3_000_000)
    async with open_rig(tmp_path, ScriptedSource(audio)) as rig:
        disk = SmallDisk(rig.music)
        rig.store = replace(rig.store, files=disk)
        async with await disk.create_part(audio.document_id, 2_000_000):
            pass
        await rig.store.transfers.save(Transfer(audio.document_id, audio.size, 1 << 19, b"\0"))
        taken = rig.music / "other.bin"
        taken.write_bytes(bytes(2_000_000))
        rig.build()
        async with rig.running():
            job = await rig.submit()
            await rig.item_is(job.id, ItemState.PARKED)
            taken.write_bytes(bytes(1_000_000))
            async with rig.time.passing():
                await rig.ended(job.id)

        assert [ItemState.SAVED] == await rig.states(job.id)


async def test_one_large_file_that_does_not_fit_keeps_no_others_away(store: Store) -> None:
    free = await store.files.free_bytes()
    roomy, short = (Room(store.files, OwnedTime().clock, one) for one in (0, free - 10_000_000))
    await short.check_any()
    roomy.fell_short(900 * TIB)
    short.fell_short(900 * TIB)

    await roomy.check_any()
    with pytest.raises(DiskError):
        await short.check_any()
