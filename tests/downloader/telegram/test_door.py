from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from downloader.telegram.door import Door

LATE = timedelta(seconds=60)


async def attempt(door: Door, begun: asyncio.Event, limit: timedelta = LATE) -> None:
    async with door.attempt(limit):
        begun.set()
        await asyncio.Event().wait()


async def test_an_attempt_is_bounded() -> None:
    with pytest.raises(TimeoutError):
        await attempt(Door(), asyncio.Event(), timedelta(milliseconds=5))


async def test_an_attempt_under_way_is_broken_off_when_the_door_is_shut() -> None:
    door, begun = Door(), asyncio.Event()
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(told(door, begun))
        await begun.wait()
        door.shut()
        door.shut()

    assert task.done()


async def test_a_shut_door_lets_nobody_try() -> None:
    door = Door()
    async with door.attempt(LATE):
        pass
    door.shut()
    with pytest.raises(ConnectionAbortedError):
        await attempt(door, asyncio.Event())


async def told(door: Door, begun: asyncio.Event) -> None:
    with pytest.raises(TimeoutError):
        await attempt(door, begun)
