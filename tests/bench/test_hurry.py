from __future__ import annotations

import asyncio
from datetime import timedelta

from bench.hurry import Hurry


async def test_what_is_slept_has_passed() -> None:
    clock = Hurry().clock
    wall, counted = clock.now(), clock.monotonic()

    await clock.sleep(3600)

    assert timedelta(hours=1) <= clock.now() - wall < timedelta(hours=1, minutes=5)
    assert 3600 <= clock.monotonic() - counted < 3900


async def test_two_that_sleep_at_once_let_the_same_time_pass() -> None:
    clock = Hurry().clock
    begin = clock.monotonic()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(5):
            tasks.create_task(asyncio.wait_for(clock.sleep(1000), 60))

    assert 1000 <= clock.monotonic() - begin < 1900
