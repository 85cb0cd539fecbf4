from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aiogram.types import Update

from bot.inbox import written
from bot.session import open_bot
from sandbox.botapi.dialogs import Message
from sandbox.faults import Rule
from sandbox.world import World
from storage.handling import Handling, UpdateKey
from storage.updates import Left, Updates
from tests.bot.library import NOW, put
from tests.bot.rig import TOKEN, Product, Rig
from tests.bot.test_polling import Echo
from tests.stores import store_at


@contextmanager
def held(rig: Rig) -> Iterator[None]:
    """Hold the database as another program would."""
    other = sqlite3.connect(rig.folder / "data" / "tad.db", isolation_level=None)
    other.execute("begin immediate")
    try:
        yield
    finally:
        other.execute("rollback")
        other.close()


def doubled(rig: Rig) -> None:
    """Have Telegram bring each update twice at once, and once more with what comes next."""
    before: list[dict[str, Any]] = []

    def again(updates: list[dict[str, Any]]) -> list[dict[str, Any]]:
        old, before[:] = [*before], updates
        return [*updates, *updates, *old] if updates else updates

    rig.api.faults.add(Rule("bot.getUpdates", reply=again, times=None))


def test_an_update_is_read_as_it_was_written() -> None:
    chat = {"id": 1, "type": "private", "first_name": "\ud800x"}
    said = {"message_id": 9, "date": 1_700_000_000, "chat": chat, "text": "so"}
    origin = {"type": "hidden_user", "date": 1_700_000_001, "sender_user_name": "u"}
    message = {
        **said,
        "from": {"id": 1, "is_bot": False, "first_name": "O"},
        "reply_to_message": said,
        "forward_origin": origin,
        "link_preview_options": {"is_disabled": True},
    }
    gone = {"message_id": 9, "date": 0, "chat": chat}
    user = message["from"]
    press = {"id": "3", "from": user, "chat_instance": "1", "data": "abc", "message": gone}
    for content in ({"message": message}, {"callback_query": press}):
        update = Update.model_validate({"update_id": 5, **content})

        assert update == Update.model_validate(json.loads(written(update)))


async def test_what_comes_twice_acts_once(rig: Rig) -> None:
    doubled(rig)
    async with rig.running() as product:
        await put(product.store, rig.folder / "music", "Tune 1.mp3")
        rig.owner.send("/playlist new Morning")
        await rig.hears("Morning")
        rig.owner.send("/download @jazz 2")
        await rig.hears("2 downloaded")
        [offered, *_] = (await rig.owner.inline("tune")).results
        rig.owner.choose(offered)
        rig.owner.send("/status")
        await rig.hears("Nothing")

        assert 1 == len(await product.jobs())
        assert 1 == len(await product.store.playlists.every())
        assert [] == [text for text in rig.said if "already" in text]


async def test_an_act_whose_answer_was_cut_off_is_told_at_the_next_start_and_not_done_again(
    rig: Rig,
) -> None:
    async with rig.running() as product:
        answering = rig.api.faults.next_call("bot.sendMessage")
        mute = rig.api.faults.add(Rule("bot.sendMessage", mute=True, times=None))
        rig.owner.send("/playlist new Morning")
        await answering.wait()
    mute.times = 0
    async with rig.running() as product:
        told = await rig.hears("I was stopped")
        rig.owner.send("/help")
        await rig.hears("/download")

        assert (
            "I was stopped just after doing what you asked: “/playlist new Morning”. It is done."
            == told.text
        )
        assert 1 == len(await product.store.playlists.every())
    async with rig.running():
        rig.owner.send("/help")
        await rig.hears("/download")

    assert 1 == sum("I was stopped" in text for text in rig.said)


async def test_of_an_order_whose_bot_was_stopped_at_once_only_the_board_tells(rig: Rig) -> None:
    async with rig.running(working=False):
        answering = rig.api.faults.next_call("bot.sendMessage")
        rig.api.faults.add(Rule("bot.sendMessage", mute=True))
        rig.owner.send("/download @jazz 2")
        await answering.wait()
    async with rig.running() as product:
        await rig.hears("2 downloaded")

        assert 1 == len(await product.jobs())
    assert [] == [text for text in rig.said if "I was stopped" in text]


async def test_a_question_whose_answer_was_cut_off_is_answered_by_the_next_start(rig: Rig) -> None:
    async with rig.running():
        answering = rig.api.faults.next_call("bot.sendMessage")
        rig.api.faults.add(Rule("bot.sendMessage", mute=True))
        rig.owner.send("/help")
        await answering.wait()
    async with rig.running():
        await rig.hears("/download")


async def test_a_press_that_waited_for_a_start_acts_though_it_can_be_answered_no_more(
    rig: Rig,
) -> None:
    world: World = rig.world
    async with rig.running() as product:
        [track] = await put(product.store, rig.folder / "music", "Tune 1.mp3")
        shown = await rig.ask("/search tune")
        await rig.owner.press(shown, "1")
        sent: Message = await rig.owner.until(lambda one: one.media is not None)
    rig.owner.tap(sent, "Like")
    now = world.now
    world.now = lambda: now() + timedelta(minutes=1)
    async with rig.running() as product:
        await rig.owner.until(lambda one: "♥ Liked" in one.buttons)

        assert [track.id] == await product.store.favorites.newest(rig.owner.user.id, 9, 0)
        assert [] == [text for text in rig.said if "wrong" in text]


async def test_forwards_that_make_one_order_are_all_in_it_or_none_is_done(rig: Rig) -> None:
    world = rig.world
    chat = world.add_chat("Jazz", username="jazz")
    for number in range(1, 4):
        document = world.add_document(
            size=10_000, name=f"{number}.mp3", duration=timedelta(seconds=60)
        )
        rig.owner.forward(chat, world.post(chat, "", document, quiet=True))
    clock, rig.clock = rig.clock, replace(rig.clock, sleep=_for_ever)
    async with rig.running(working=False) as product:
        await _true(product.store.updates.count, 3)
    rig.clock = clock
    async with rig.running(working=False) as product:
        await _true(lambda: _asked_for(product), [(1, 2, 3)])


async def _asked_for(product: Product) -> object:
    return [job.request.message_ids for job in await product.jobs()]


async def _true(look: Callable[[], Awaitable[object]], expected: object) -> None:
    """Wait until the store says so: nobody tells of it."""
    found = await look()
    while found != expected:
        await asyncio.sleep(0.005)
        found = await look()


async def _for_ever(_: float) -> None:
    await asyncio.Event().wait()


async def test_neither_what_strangers_say_nor_what_is_typed_inline_is_entered(rig: Rig) -> None:
    stranger = rig.api.person(rig.world.add_user("Sid"))
    async with rig.running() as product:
        stranger.send("/start")
        await stranger.reply()
        await rig.owner.inline("tune")

        assert 0 == await product.store.updates.count()


async def test_updates_are_handled_though_the_inbox_cannot_be_written(rig: Rig) -> None:
    echo = Echo()
    async with echo.polling(rig):
        rig.owner.send("one")
        await echo.hears("one")
        with held(rig):
            for text in ("two", "three"):
                rig.owner.send(text)
                await echo.hears(text)
        rig.owner.send("four")
        await echo.hears("four")
    async with echo.polling(rig):
        rig.owner.send("five")
        await echo.hears("five")

    assert ["one", "two", "three", "four", "five"] == echo.heard


async def test_what_was_fetched_and_not_entered_when_it_stopped_comes_again(rig: Rig) -> None:
    echo = Echo()
    looking = asyncio.Event()

    class Slow(Updates):
        async def known(self, bot_id: int, update_ids: Collection[int]) -> set[int]:
            looking.set()
            await asyncio.Event().wait()
            return {*update_ids}

    echo.alter = lambda store: replace(store, updates=Slow(store.jobs._database))
    async with echo.polling(rig):
        rig.owner.send("one")
        await looking.wait()
    echo.alter = lambda store: store
    async with echo.polling(rig):
        await echo.hears("one")

    assert ["one"] == echo.heard


async def test_what_is_taken_up_while_it_comes_again_is_handled_once(rig: Rig) -> None:
    echo = Echo()
    looking, taken_up = asyncio.Event(), asyncio.Event()

    class Racing(Updates):
        async def known(self, bot_id: int, update_ids: Collection[int]) -> set[int]:
            looking.set()
            await taken_up.wait()
            return {one for one in update_ids if one < 0}  # it could not be told

        async def take_up(self, bot_id: int, most: int) -> list[Left]:
            await looking.wait()
            left = await super().take_up(bot_id, most)
            taken_up.set()
            return left

    rig.owner.send("one")
    async with store_at(rig.folder / "data", rig.folder / "music") as store:
        async with open_bot(TOKEN, rig.api.url, clock=echo.clock) as bot:
            [update] = await bot.get_updates()
        key = UpdateKey(bot.id, update.update_id)
        await store.updates.keep([Handling(key, written(update), NOW)])
    echo.alter = lambda store: replace(store, updates=Racing(store.jobs._database))
    async with echo.polling(rig):
        await echo.hears("one")
        rig.owner.send("two")
        await echo.hears("two")

    assert ["one", "two"] == echo.heard


async def test_a_handler_that_is_stuck_behind_the_database_does_not_hold_up_the_others(
    rig: Rig,
) -> None:
    echo = Echo()
    async with echo.polling(rig):
        rig.owner.send("one")
        await echo.hears("one")
        echo.gate.clear()
        with held(rig):
            rig.owner.send("two")
            await echo.hears("two")
            rig.owner.send("three")
            await echo.hears("three")
        echo.gate.set()

    assert ["one", "two", "three"] == echo.heard


async def test_an_update_that_breaks_its_handler_is_tried_once_more_and_then_set_aside(
    rig: Rig,
) -> None:
    echo = Echo()
    rig.owner.send("break")
    for times in (1, 2, 2):
        async with echo.polling(rig):
            rig.owner.send("on")
            await echo.hears("on")
            while echo.heard.count("break") < times:
                echo.news.clear()
                await echo.news.wait()
        echo.heard.remove("on")
    told = await rig.shows("could not do")

    assert ["break", "break"] == echo.heard
    assert "what you asked: “break”." in told.text
