from __future__ import annotations

import asyncio
from datetime import timedelta

from downloader.bell import Bell, wait
from tests.downloader.scripted import OwnedTime


async def test_a_ring_between_taking_it_and_waiting_is_not_lost() -> None:
    bell = Bell()
    ring = bell.next_ring()
    bell.ring()

    await wait(ring, OwnedTime().clock, None)


async def test_a_ring_wakes_everybody_and_is_over() -> None:
    bell, time = Bell(), OwnedTime()
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(wait(bell.next_ring(), time.clock, timedelta(hours=1)))
        await time.someone_sleeps()
        bell.ring()

    assert not bell.next_ring().is_set()
    assert [3600.0] * 3 == time.slept


async def test_time_ends_the_wait_too() -> None:
    bell, time = Bell(), OwnedTime()
    async with asyncio.TaskGroup() as group:
        group.create_task(wait(bell.next_ring(), time.clock, timedelta(seconds=5)))
        time.advance(await time.someone_sleeps())

    assert not bell.next_ring().is_set()


async def test_a_time_in_the_past_does_not_wait() -> None:
    bell, time = Bell(), OwnedTime()
    async with time.passing():
        await wait(bell.next_ring(), time.clock, timedelta(seconds=-5))

    assert [0.0] == time.slept
