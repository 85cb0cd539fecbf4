from __future__ import annotations

import asyncio
import time

from bench.files.stages import Stage, Steps, Stopwatch

A_WHILE = 0.01


def compute() -> None:
    end = time.thread_time() + A_WHILE
    while time.thread_time() < end:
        pass


def test_what_is_counted_inside_counts_there_alone() -> None:
    watch = Stopwatch()

    with watch.computing(Stage.DATABASE):
        compute()
        with watch.computing(Stage.HASHING):
            compute()
            compute()

    assert 0 < watch.cpu[Stage.DATABASE] < watch.cpu[Stage.HASHING]
    assert 0 == watch.cpu[Stage.SYNC]


async def test_of_a_coroutine_its_steps_are_counted_and_all_the_time_it_takes() -> None:
    watch = Stopwatch()
    go_on = asyncio.Event()

    class Table:
        async def read(self, value: int) -> int:
            compute()
            await go_on.wait()
            return value

    watch.on_all(Stage.DATABASE, Table)
    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(Table().read(5))
        await asyncio.sleep(0)
        compute()  # by somebody else, while it waits
        compute()
        go_on.set()

    assert 5 == await reading
    assert 2 * A_WHILE > watch.cpu[Stage.DATABASE] >= A_WHILE
    assert watch.wall[Stage.DATABASE] >= 3 * A_WHILE


async def test_a_cancellation_and_an_error_go_through_as_they_are() -> None:
    watch = Stopwatch()

    async def cut_off() -> str:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise ValueError("cut off") from None
        return "whole"

    async def told() -> str:
        try:
            answer: str = await Steps(cut_off(), watch, Stage.SYNC)
        except ValueError as error:
            return str(error)
        return answer

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(told())
        await asyncio.sleep(0)
        task.cancel()

    assert "cut off" == task.result()
