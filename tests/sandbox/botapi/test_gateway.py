from __future__ import annotations

import asyncio

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import SendDice

from sandbox.botapi.person import Person
from sandbox.botapi.server import BotApi
from sandbox.faults import Drop, Rule
from sandbox.world import World
from tests.sandbox.botapi.rig import TOKEN, connected, refused


async def test_a_wrong_token_is_unauthorized(api: BotApi) -> None:
    async with connected(api, "700:wrong") as stranger:
        with refused("Unauthorized", TelegramUnauthorizedError):
            await stranger.get_me()


async def test_what_is_no_token_is_not_found(api: BotApi) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{api.url}/botx/getMe") as reply:
        assert {"ok": False, "error_code": 404, "description": "Not Found"} == await reply.json()


async def test_a_bot_added_later_is_served(api: BotApi, world: World) -> None:
    world.add_user("Second", token="800:AA")
    async with connected(api, "800:AA") as second:
        assert 800 == (await second.get_me()).id


async def test_an_unknown_method_is_refused_and_remembered(
    bot: Bot, api: BotApi, ann: Person
) -> None:
    with refused("Not Found: method not found", TelegramNotFound):
        await bot(SendDice(chat_id=ann.user.id))

    assert ["sendDice"] == api.unknown_methods


@pytest.mark.parametrize("method", ["getMe", "GETME", "getme"])
async def test_a_method_is_named_in_any_case_and_called_in_any_way(
    api: BotApi, method: str
) -> None:
    url = f"{api.url}/bot{TOKEN}/{method}"
    async with aiohttp.ClientSession() as session:
        for request in (session.get(url), session.post(url), session.post(url, json={})):
            async with request as reply:
                assert (await reply.json())["ok"]


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"[]", 400), (b"", 200)])
async def test_a_body_that_is_no_json_object_is_refused(
    api: BotApi, body: bytes, status: int
) -> None:
    headers = {"Content-Type": "application/json"}
    url = f"{api.url}/bot{TOKEN}/getMe"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=body, headers=headers) as reply,
    ):
        assert status == reply.status


@pytest.mark.parametrize(
    ("params", "error"),
    [
        ({"reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"reply_markup": "[]"}, "object expected as reply keyboard markup"),
        (
            {"reply_markup": '{"inline_keyboard": [1]}'},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        (
            {"reply_markup": '{"inline_keyboard": [[1]]}'},
            "can't parse inline keyboard button: Inline keyboard button must be an Object",
        ),
        (
            {"reply_markup": '{"inline_keyboard": [[{}]]}'},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        ({"entities": "[1]"}, "can't parse MessageEntity: Can't find field \"type\""),
    ],
)
async def test_json_in_a_parameter_is_checked(
    api: BotApi, ann: Person, params: dict[str, str], error: str
) -> None:
    url = f"{api.url}/bot{TOKEN}/sendMessage"
    data = {"chat_id": str(ann.user.id), "text": "x"} | params
    async with aiohttp.ClientSession() as session, session.post(url, data=data) as reply:
        assert f"Bad Request: {error}" == (await reply.json())["description"]


async def test_calls_are_recorded(bot: Bot, api: BotApi, ann: Person) -> None:
    await bot.get_updates()
    await bot.send_message(ann.user.id, "x")

    [call] = api.calls
    assert ("sendMessage", "x") == (call.method, call.params.text("text"))


async def test_f51_a_429_tells_how_long_to_wait(bot: Bot, api: BotApi, ann: Person) -> None:
    api.faults.add(Rule("bot.sendMessage", error=(429, "Too Many Requests: retry after 3")))
    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.send_message(ann.user.id, "x")

    assert 3 == caught.value.retry_after
    assert [] == api.calls
    await bot.send_message(ann.user.id, "x")


async def test_f52_a_server_error_can_be_injected(bot: Bot, api: BotApi) -> None:
    api.faults.add(Rule("bot.getMe", error=(502, "Bad Gateway")))

    with refused("Bad Gateway", TelegramServerError):
        await bot.get_me()


@pytest.mark.parametrize(
    ("drop", "acted"), [(Drop.BEFORE, False), (Drop.MIDDLE, True), (Drop.AFTER, True)]
)
async def test_f52_a_connection_can_drop_before_in_and_after_the_act(
    bot: Bot, api: BotApi, ann: Person, drop: Drop, acted: bool
) -> None:
    api.faults.add(Rule("bot.sendMessage", drop=drop))
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ann.user.id, "x")

    assert acted == ("x" in [message.text for message in ann.messages])
    await bot.send_message(ann.user.id, "after it")


async def test_f52_a_reply_can_stay_away(bot: Bot, api: BotApi, ann: Person) -> None:
    api.faults.add(Rule("bot.sendMessage", mute=True))
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(bot.send_message(ann.user.id, "x"))
        assert "x" == (await ann.reply()).text
        waiting.cancel()


async def test_a_reply_can_be_changed_and_held_back(bot: Bot, api: BotApi, ann: Person) -> None:
    api.faults.wire.rtt = 0.001
    slow = Rule("bot.sendMessage", delay=0.001, reply=lambda sent: sent | {"text": "y"})
    api.faults.add(slow)

    assert "y" == (await bot.send_message(ann.user.id, "x")).text
    assert 1 == slow.hits


async def test_a_file_needs_a_token_and_a_known_path(api: BotApi, world: World) -> None:
    song = world.add_document(body=b"0123456789", name="a.mp3")
    place = f"documents/file_{song.id}.mp3"
    paths = [f"bot{TOKEN}/{place}", f"bot9:x/{place}", f"bot{TOKEN}/music/file_1.mp3"]
    async with aiohttp.ClientSession() as session:
        for path, status in zip(paths, (200, 404, 404), strict=True):
            async with session.get(f"{api.url}/file/{path}") as reply:
                assert status == reply.status
        api.faults.add(Rule("bot.file", error=(500, "Internal Server Error")))
        async with session.get(f"{api.url}/file/{paths[0]}") as reply:
            assert 500 == reply.status
