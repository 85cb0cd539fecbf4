from __future__ import annotations

import asyncio

import pytest
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import GetMe

from bot.promptness import promptly
from tests.downloader.scripted import OwnedTime


class Slow:
    """An act that ends when it is let, and what was announced in the meantime."""

    def __init__(self, error: Exception | None = None) -> None:
        self.time = OwnedTime()
        self.done = asyncio.Event()
        self.announced = asyncio.Event()
        self._error = error

    async def act(self) -> str:
        await self.done.wait()
        if self._error is not None:
            raise self._error
        return "done"

    async def announce(self) -> None:
        self.announced.set()

    async def run(self) -> str:
        return await promptly(self.act(), self.announce, self.time.clock)


async def test_what_is_done_at_once_is_not_announced() -> None:
    slow = Slow()
    slow.done.set()

    assert "done" == await slow.run()
    assert not slow.announced.is_set()


async def test_what_takes_longer_is_announced_and_goes_on() -> None:
    slow = Slow()
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(slow.run())
        slow.time.advance(await slow.time.someone_sleeps())
        await slow.announced.wait()
        assert not task.done()
        slow.done.set()

    assert "done" == task.result()


async def test_an_announcement_that_fails_does_not_hinder_the_act() -> None:
    slow = Slow()
    tried = asyncio.Event()

    async def fail() -> None:
        tried.set()
        raise TelegramNetworkError(method=GetMe(), message="gone")

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(promptly(slow.act(), fail, slow.time.clock))
        slow.time.advance(await slow.time.someone_sleeps())
        await tried.wait()
        slow.done.set()

    assert "done" == task.result()


async def test_an_error_of_the_act_comes_out_as_it_is() -> None:
    slow = Slow(error=LookupError("no such job"))
    slow.done.set()

    with pytest.raises(LookupError, match="no such job"):
        await slow.run()


async def test_whoever_stops_waiting_stops_the_act() -> None:
    slow = Slow()
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(slow.run())
        await slow.time.someone_sleeps()
        task.cancel()

    assert task.cancelled()
    assert not slow.announced.is_set()
