from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiogram.types import Update

from bot.inbox import Inbox
from bot.outbox import Outbox
from bot.session import open_bot
from downloader.clock import Clock
from sandbox.faults import Rule
from storage.handling import Handling, UpdateKey
from tests.bot.library import NOW
from tests.bot.rig import PATIENCE, TOKEN, Rig
from tests.bot.test_polling import Echo
from tests.stores import store_at

BOT = int(TOKEN.split(":")[0])


async def everything(_update: Update) -> bool:
    return True


async def _at_once(_: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def outbox(rig: Rig) -> AsyncIterator[Outbox]:
    clock = Clock(sleep=_at_once)
    async with (
        asyncio.timeout(PATIENCE),
        store_at(rig.folder / "data", rig.folder / "music") as store,
        open_bot(TOKEN, rig.api.url, clock=clock) as bot,
        asyncio.TaskGroup() as tasks,
    ):
        inbox = Inbox(store.updates, bot, clock, everything)
        one = Outbox(bot, inbox, clock)
        running = [tasks.create_task(part()) for part in (inbox.run, one.run)]
        yield one
        for task in running:
            task.cancel()


def said(rig: Rig, content: dict[str, Any], bot: int = BOT) -> tuple[Update, Handling]:
    user = {"id": rig.owner.user.id, "is_bot": False, "first_name": "Olga"}
    whole = {"update_id": 1, **content}
    for one in whole.values():
        if isinstance(one, dict):
            one["from"] = user
    return Update.model_validate(whole), Handling(UpdateKey(bot, 1), "", NOW)


def message(rig: Rig, **changes: Any) -> dict[str, Any]:
    chat = {"id": rig.owner.user.id, "type": "private"}
    return {"message_id": 900, "date": 1_700_000_000, "chat": chat, **changes}


async def test_what_was_done_is_named_as_it_was_said(rig: Rig) -> None:
    update, handling = said(rig, {"message": message(rig, text="/playlist new <A> & B")})
    rig.owner.send("hello")
    async with outbox(rig) as one:
        one.owe(update, handling)
        told = await rig.hears("I was stopped")

    assert "doing what you asked: “/playlist new <A> & B”. It is done." in told.text


async def test_a_button_is_named_by_what_stood_on_it(rig: Rig) -> None:
    markup = {"inline_keyboard": [[{"text": "♡ Like", "callback_data": "x"}]]}
    press = {"id": "3", "chat_instance": "1", "data": "x"}
    press["message"] = message(rig, text="Tune 1", reply_markup=markup)  # type: ignore[assignment]
    update, handling = said(rig, {"callback_query": press})
    rig.owner.send("hello")
    async with outbox(rig) as one:
        one.owe(update, handling)
        told = await rig.hears("I was stopped")

    assert "what you asked: the button “♡ Like”. It is done." in told.text


async def test_what_is_known_to_be_left_is_said_instead(rig: Rig) -> None:
    update, handling = said(rig, {"message": message(rig, text="many links")})
    handling.words = "I took the first 50."
    rig.owner.send("hello")
    async with outbox(rig) as one:
        one.owe(update, handling)
        told = await rig.hears("I took")

    assert "I took the first 50." == told.text


async def test_it_is_said_when_telegram_is_there_again(rig: Rig) -> None:
    update, handling = said(rig, {"message": message(rig, text="/like")})
    rig.owner.send("hello")
    away = rig.api.faults.add(Rule("bot.sendMessage", error=(502, "Bad Gateway"), times=9))
    async with outbox(rig) as one:
        one.owe(update, handling)
        await rig.hears("I was stopped")

    assert 9 == away.hits
    assert 1 == len(rig.said)


async def test_what_nobody_can_receive_is_done_with(rig: Rig) -> None:
    first, handling = said(rig, {"message": message(rig, text="/like")})
    result = {"result_id": "1", "query": ""}
    second = said(rig, {"chosen_inline_result": result})
    rig.owner.send("hello")
    rig.api.faults.add(Rule("bot.sendMessage", error=(403, "Forbidden: bot was blocked")))
    async with outbox(rig) as one:
        one.owe(first, handling)
        one.owe(*second)
        one.owe(*said(rig, {"message": message(rig, text="/last")}))
        await rig.hears("/last")

    assert 1 == len(rig.said)


async def test_an_act_whose_answer_could_not_be_delivered_is_told_later(rig: Rig) -> None:
    echo = Echo()
    rig.api.faults.add(Rule("bot.sendMessage", error=(502, "Bad Gateway"), times=8))
    async with echo.polling(rig):
        rig.owner.send("act")
        await rig.hears("what you asked: “act”. It is done.")

    assert 1 == len(rig.said)
