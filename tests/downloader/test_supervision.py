from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from downloader.supervision import keep_going, until_done
from tests.downloader.scripted import OwnedTime


async def test_a_stumble_is_logged_and_the_loop_goes_on_after_a_breath() -> None:
    time, closing, steps = OwnedTime(), asyncio.Event(), 0

    async def step() -> None:
        nonlocal steps
        steps += 1
        if steps == 2:
            raise KeyError
        if steps == 4:
            closing.set()

    with capture_logs() as logs:
        async with time.passing():
            await keep_going(step, time.clock, closing)

    assert 4 == steps
    assert [5.0] == time.slept
    assert [("loop stumbled", "error")] == [(log["event"], log["log_level"]) for log in logs]


async def test_a_cancellation_ends_the_loop() -> None:
    time, entered = OwnedTime(), asyncio.Event()

    async def step() -> None:
        entered.set()
        await asyncio.Event().wait()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(keep_going(step, time.clock, asyncio.Event()))
        await entered.wait()
        task.cancel()

    assert task.cancelled()


async def test_a_step_that_must_succeed_is_taken_until_it_does_and_no_more() -> None:
    time, steps = OwnedTime(), 0

    async def step() -> None:
        nonlocal steps
        steps += 1
        if steps < 3:
            raise KeyError

    async with time.passing():
        await until_done(step, time.clock, asyncio.Event())

    assert 3 == steps
    assert [5.0] * 2 == time.slept
