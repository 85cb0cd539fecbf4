from __future__ import annotations

import asyncio

import pytest

from storage.unbroken import unbroken


async def test_the_result_of_the_steps_is_returned() -> None:
    async def steps() -> int:
        await asyncio.sleep(0)
        return 5

    assert await unbroken(steps()) == 5


async def test_an_error_of_the_steps_comes_through_as_it_is() -> None:
    async def steps() -> None:
        raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        await unbroken(steps())


@pytest.mark.parametrize("times", [1, 2, 5])
@pytest.mark.parametrize("fails", [False, True])
async def test_cancelled_however_often_the_steps_end_before_the_cancellation_goes_on(
    times: int, *, fails: bool
) -> None:
    begun, go_on, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def steps() -> None:
        begun.set()
        await go_on.wait()
        ended.set()
        if fails:
            raise ValueError

    async with asyncio.TaskGroup() as group:
        task = group.create_task(unbroken(steps()))
        await begun.wait()
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
            assert not task.done()
        go_on.set()
        await asyncio.wait({task})

    assert task.cancelled()
    assert ended.is_set()


async def test_a_time_out_around_the_steps_is_told_as_one() -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def steps() -> None:
        begun.set()
        await go_on.wait()

    async def hurry() -> None:
        await begun.wait()
        limit.reschedule(asyncio.get_running_loop().time())
        await asyncio.sleep(0.001)
        go_on.set()

    async with asyncio.TaskGroup() as group:
        group.create_task(hurry())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(None) as limit:
                await unbroken(steps())
