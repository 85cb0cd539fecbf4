from __future__ import annotations

import asyncio

import pytest

from downloader.errors import DiskError
from downloader.room import Room
from storage.models import Reason
from storage.store import Store
from tests.downloader.scripted import OwnedTime

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
