from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import Message, Update

from bot.inbox import Inbox
from bot.polling import Polling
from bot.session import open_bot
from downloader.clock import Clock
from sandbox.faults import Drop, Rule
from storage.models import Origin, Request
from storage.store import Store
from tests.bot.rig import PATIENCE, TOKEN, Rig
from tests.stores import store_at


async def everything(_update: Update) -> bool:
    return True


class Echo:
    """A dispatcher with one handler that can be held, made to fail, or to act."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.stores: list[Store] = []
        self.alter: Callable[[Store], Store] = lambda store: store
        self.news = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.naps: list[float] = []
        self.clock = Clock(sleep=self._sleep)
        self.contacts = 0
        self.dispatcher = Dispatcher(disable_fsm=True)
        self.dispatcher.message.register(self._take)

    async def hears(self, *texts: str) -> None:
        while set(texts) - set(self.heard):
            self.news.clear()
            await self.news.wait()

    async def on_contact(self) -> None:
        self.contacts += 1

    def over(self, store: Store, bot: Bot) -> Polling:
        self.stores.append(store)
        inbox = Inbox(self.alter(store).updates, bot, self.clock, everything)
        return Polling(bot, self.dispatcher, self.clock, inbox, self.on_contact)

    @asynccontextmanager
    async def polling(self, rig: Rig, token: str = TOKEN) -> AsyncIterator[Polling]:
        async with (
            asyncio.timeout(PATIENCE),
            store_at(rig.folder / "data", rig.folder / "music") as store,
            open_bot(token, rig.api.url, clock=self.clock) as bot,
            asyncio.TaskGroup() as tasks,
        ):
            polling = self.over(store, bot)
            running = tasks.create_task(polling.run())
            yield polling
            running.cancel()
            await asyncio.wait([running])
            await polling.finish()

    async def _take(self, message: Message) -> None:
        self.heard.append(message.text or "")
        self.news.set()
        if message.text == "break":
            raise RuntimeError("on purpose")
        if message.text == "act":
            await self.stores[-1].jobs.add(Request("@jazz", 1), Origin(1, 1), self.clock.now())
            await message.answer("Done.")
        await self.gate.wait()

    async def _sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        await asyncio.sleep(0)


async def test_updates_reach_the_dispatcher_and_contact_is_told_once(rig: Rig) -> None:
    echo = Echo()
    async with echo.polling(rig):
        rig.owner.send("one")
        await echo.hears("one")
        rig.owner.send("two")
        await echo.hears("one", "two")

        assert 1 == echo.contacts


async def test_an_update_that_cannot_be_read_is_passed_over(rig: Rig) -> None:
    def spoil(updates: list[dict[str, Any]]) -> list[dict[str, Any]]:
        odd = {"message": {"future": True}}
        return [
            {**update, **odd} if update["message"]["text"] == "odd" else update
            for update in updates
        ]

    rig.api.faults.add(Rule("bot.getUpdates", reply=spoil, times=None))
    echo = Echo()
    async with echo.polling(rig):
        rig.owner.send("odd")
        rig.owner.send("one")
        await echo.hears("one")
        rig.owner.send("odd")
        rig.owner.send("two")
        await echo.hears("two")

        assert ["one", "two"] == echo.heard


async def test_one_broken_handler_stops_nothing(rig: Rig) -> None:
    echo = Echo()
    async with echo.polling(rig):
        rig.owner.send("break")
        rig.owner.send("one")
        await echo.hears("break", "one")


async def test_f52_f53_f54_it_goes_on_whatever_the_server_answers(rig: Rig) -> None:
    echo = Echo()
    for error in (
        (401, "Unauthorized"),
        (409, "Conflict: terminated by other getUpdates request"),
        (429, "Too Many Requests: retry after 3"),
        (429, "Too Many Requests: retry after 3600"),
        (502, "Bad Gateway"),
    ):
        rig.api.faults.add(Rule("bot.getUpdates", error=error))
    rig.api.faults.add(Rule("bot.getMe", drop=Drop.BEFORE, times=6))
    async with echo.polling(rig):
        rig.owner.send("one")
        await echo.hears("one")

    assert max(echo.naps) <= 60
    assert 3.0 in echo.naps


async def test_f57_an_update_whose_handling_was_cut_off_comes_again(rig: Rig) -> None:
    echo = Echo()
    echo.gate.clear()
    rig.owner.send("one")
    async with (
        store_at(rig.folder / "data", rig.folder / "music") as store,
        open_bot(TOKEN, rig.api.url, clock=echo.clock) as bot,
        asyncio.TaskGroup() as tasks,
    ):
        polling = echo.over(store, bot)
        killed = tasks.create_task(polling.run())
        await echo.hears("one")
        killed.cancel()
        await asyncio.sleep(0)
        killed.cancel()  # as impatient as a kill: it does not wait for the handler
    echo.gate.set()
    async with echo.polling(rig):
        while echo.heard.count("one") < 2:
            echo.news.clear()
            await echo.news.wait()

    assert ["one", "one"] == echo.heard


async def test_what_was_handled_before_a_stop_does_not_come_again(rig: Rig) -> None:
    echo = Echo()
    async with echo.polling(rig):
        rig.owner.send("one")
        await echo.hears("one")
    async with echo.polling(rig):
        rig.owner.send("two")
        await echo.hears("two")

    assert ["one", "two"] == echo.heard


async def test_a_handler_that_waits_long_does_not_hold_up_the_others(rig: Rig) -> None:
    echo = Echo()
    echo.gate.clear()
    async with echo.polling(rig):
        rig.owner.send("one")
        await echo.hears("one")
        rig.owner.send("two")
        await echo.hears("one", "two")
        echo.gate.set()
