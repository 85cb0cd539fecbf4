from __future__ import annotations

import asyncio

import pytest

from downloader.running import Running, Work, rest


async def test_work_that_is_left_alone_is_finished() -> None:
    done: list[int] = []

    async def steps() -> None:
        done.append(1)

    assert await Work(1).run(steps)
    assert [1] == done


async def test_work_stopped_before_it_began_never_begins() -> None:
    async def steps() -> None:
        raise AssertionError

    work = Work(1)
    work.stop()

    assert not await work.run(steps)


async def test_stopped_work_ends_at_once_and_only_that_of_the_job() -> None:
    running = Running()
    works = [running.enter(1, 11, 111), running.enter(2, 22, 222), running.enter(2)]
    begun = [asyncio.Event() for _ in works]
    ends: dict[int, bool] = {}

    async def carry_out(index: int) -> None:
        async def steps() -> None:
            begun[index].set()
            await asyncio.Event().wait()

        ends[index] = await works[index].run(steps)
        running.leave(works[index])

    assert frozenset({11, 22}) == running.documents()
    assert frozenset({111, 222}) == running.items()
    assert frozenset({2}) == running.planning()
    async with asyncio.TaskGroup() as group:
        for index in range(3):
            group.create_task(carry_out(index))
        for event in begun:
            await event.wait()
        await rest(running.stop(2))
        assert {1: False, 2: False} == ends
        assert running.is_running(1)
        assert not running.is_running(2)
        await rest(running.stop(1) + running.stop(1))


async def test_what_comes_after_the_last_steps_can_be_stopped_again() -> None:
    late, early = Work(1), Work(2)
    for work in (late, early):
        work.no_stop_from_here()
    late.stop()

    assert [False, True] == [late.may_go_on(), early.may_go_on()]
    early.stop()
    assert early.stopped


async def test_the_last_steps_are_not_torn_apart() -> None:
    work = Work(1)
    go = asyncio.Event()
    last = asyncio.Event()

    async def steps() -> None:
        work.no_stop_from_here()
        last.set()
        await go.wait()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(work.run(steps))
        await last.wait()
        work.stop()
        go.set()

    assert task.result()
    assert not work.stopped


async def test_an_error_of_the_steps_leaves_the_caller_as_it_was() -> None:
    async def steps() -> None:
        raise KeyError

    with pytest.raises(ExceptionGroup):
        await Work(1).run(steps)

    task = asyncio.current_task()
    assert task is not None
    assert 0 == task.cancelling()


async def test_a_cancelled_caller_takes_its_steps_with_it() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def steps() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(Work(1).run(steps))
        await begun.wait()
        task.cancel()

    assert ended.is_set()
    assert task.cancelled()
