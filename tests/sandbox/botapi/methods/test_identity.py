from __future__ import annotations

from datetime import timedelta

import aiohttp
import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatMember,
    BotCommandScopeUnion,
)

from sandbox.botapi.server import BotApi
from tests.sandbox.botapi.rig import TOKEN, HandClock, refused


def command(name: str = "start", description: str = "d") -> BotCommand:
    return BotCommand(command=name, description=description)


async def test_a_bot_knows_itself(bot: Bot) -> None:
    me = await bot.get_me()

    assert (700, True, "loader_bot", "Loader") == (me.id, me.is_bot, me.username, me.first_name)
    assert (True, False) == (me.supports_inline_queries, me.can_read_all_group_messages)


async def test_commands_are_kept_for_each_scope_and_language(bot: Bot) -> None:
    scopes: list[BotCommandScopeUnion | None] = [
        None,
        BotCommandScopeAllPrivateChats(),
        BotCommandScopeChat(chat_id=7),
        BotCommandScopeChatMember(chat_id=-100, user_id=7),
    ]
    for number, scope in enumerate(scopes):
        await bot.set_my_commands([command(f"c{number}")], scope=scope)
    await bot.set_my_commands([command("ru")], language_code="ru")
    await bot.delete_my_commands(scope=scopes[1])

    kept = [[one.command for one in await bot.get_my_commands(scope)] for scope in scopes]
    assert [["c0"], [], ["c2"], ["c3"]] == kept
    assert ["ru"] == [one.command for one in await bot.get_my_commands(language_code="ru")]
    assert [] == await bot.get_my_commands(language_code="de")


@pytest.mark.parametrize(
    ("commands", "error"),
    [
        ([command("Start")], "BOT_COMMAND_INVALID"),
        ([command("a" * 33)], "BOT_COMMAND_INVALID"),
        ([command("с-т")], "BOT_COMMAND_INVALID"),
        ([command(description="")], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([command(description="d" * 257)], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([command()] * 101, "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_wrong_commands_are_refused(bot: Bot, commands: list[BotCommand], error: str) -> None:
    with refused(f"Bad Request: {error}"):
        await bot.set_my_commands(commands)


@pytest.mark.parametrize(
    ("scope", "error"),
    [
        ({"type": "planet"}, "Unsupported type specified"),
        ({"type": "chat"}, 'Can\'t find field "chat_id"'),
    ],
)
async def test_a_wrong_scope_is_refused(api: BotApi, scope: dict[str, str], error: str) -> None:
    url = f"{api.url}/bot{TOKEN}/getMyCommands"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json={"scope": scope}) as reply,
    ):
        description = (await reply.json())["description"]

    assert f"Bad Request: can't parse BotCommandScope: {error}" == description


async def test_a_wrong_language_is_refused(bot: Bot) -> None:
    with refused("Bad Request: invalid language code specified"):
        await bot.get_my_commands(language_code="English")


async def test_a_bot_that_logged_out_is_gone(bot: Bot) -> None:
    assert await bot.log_out()

    with refused("Logged out"):
        await bot.get_me()


async def test_closing_again_within_ten_minutes_must_wait(bot: Bot, clock: HandClock) -> None:
    assert await bot.close()
    clock.now += timedelta(minutes=4)

    with pytest.raises(TelegramRetryAfter) as caught:
        await bot.close()
    assert 360 == caught.value.retry_after
    clock.now += timedelta(minutes=6)
    assert await bot.close()
