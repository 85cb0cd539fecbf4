from __future__ import annotations

import asyncio
import struct
from datetime import timedelta

import pytest
from telethon.errors import InvalidBufferError

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
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
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


@pytest.mark.parametrize(
    "stumble",
    [
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, ""),
        IndexError(),
        BufferError(),
        struct.error(),
        TypeError(),
        AssertionError(),
        OverflowError(),
    ],
)
async def test_what_trips_over_nonsense_is_a_broken_line(stumble: Exception) -> None:
    with pytest.raises(ConnectionResetError):
        async with Door().attempt(LATE):
            raise stumble


async def test_a_refusal_is_no_nonsense() -> None:
    with pytest.raises(InvalidBufferError):
        async with Door().attempt(LATE):
            raise InvalidBufferError(struct.pack("<i", -429))


async def told(door: Door, begun: asyncio.Event) -> None:
    with pytest.raises(TimeoutError):
        await attempt(door, begun)
