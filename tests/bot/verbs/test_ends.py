from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.settings import Settings
from bot.verbs.checks import Mark
from bot.verbs.ends import bot_api, clock, inline_mode, storage_chat
from sandbox.faults import Rule
from tests.bot.verbs.desk import Desk

TODAY = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "well", "hint"),
    [
        (0, True, "right"),
        (20, True, "20 s ahead of Telegram's"),
        (-3, True, "3 s behind Telegram's"),
        (90, False, "90 s ahead of Telegram's: set it right, for example by NTP"),
        (-3600, False, "3600 s behind Telegram's: set it right, for example by NTP"),
    ],
)
def test_f46_the_clock_is_judged_by_telegrams(seconds: int, well: bool, hint: str) -> None:
    found = clock(TODAY, timedelta(seconds=seconds))

    assert (found.well, found.hint) == (well, hint)


def test_f46_without_telegram_common_sense_judges_the_clock() -> None:
    assert clock(TODAY, None).well
    assert not clock(datetime(1970, 1, 1, tzinfo=UTC), None).well


async def test_the_bot_is_asked_for_its_name(desk: Desk) -> None:
    found = await bot_api(Settings())

    assert (found.well, found.hint) == (True, "@tad_bot")


async def test_f54_a_token_that_is_not_valid_is_told_without_showing_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "1:AAother")
    found = await bot_api(Settings())

    assert not found.well
    assert "BOT_TOKEN is not valid" in found.hint
    assert "AAother" not in found.hint


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:1", "socks5://127.0.0.1:1"])
async def test_f30_a_proxy_that_is_down_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("BOT_PROXY", proxy)
    found = await bot_api(Settings())

    assert not found.well
    assert "BOT_PROXY" in found.hint


async def test_f52_a_server_in_trouble_is_told(desk: Desk) -> None:
    desk.stand.faults.add(Rule("bot.getMe", error=(500, "Internal Server Error")))
    found = await bot_api(Settings())

    assert not found.well
    assert "(500)" in found.hint


@pytest.mark.parametrize("body", ["hello", "[]", '{"ok": true, "result": {}}'])
async def test_another_server_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(text=body)

    application = web.Application()
    application.router.add_get("/{any:.*}", answer)
    async with TestServer(application) as server:
        monkeypatch.setenv("BOT_API_URL", str(server.make_url("/")))
        found = await bot_api(Settings())

    assert not found.well


async def test_inline_mode_is_told(desk: Desk) -> None:
    found = await inline_mode(Settings())

    assert (Mark.FINE, "on") == (found.mark, found.hint)


async def test_where_inline_mode_is_off_it_is_told_how_to_turn_it_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": {"supports_inline_queries": False}})

    application = web.Application()
    application.router.add_get("/{any:.*}", answer)
    async with TestServer(application) as server:
        monkeypatch.setenv("BOT_API_URL", str(server.make_url("/")))
        found = await inline_mode(Settings())

    assert Mark.WARNING is found.mark
    assert "send @BotFather /setinline" in found.hint


async def test_a_storage_chat_is_told_by_its_title(desk: Desk) -> None:
    bot = desk.botapi.hub.bots[0].user
    chat = desk.stand.world.add_chat("Shed", private=True, members=(bot,))
    found = await storage_chat(Settings(), chat.marked_id)

    assert (found.well, found.hint) == (True, "Shed")


async def test_a_storage_chat_without_the_bot_is_told(desk: Desk) -> None:
    found = await storage_chat(Settings(), -1001234567890)

    assert not found.well
    assert found.hint.startswith("-1001234567890: the bot is not in this chat")


async def test_the_doctor_asks_for_the_storage_chat_that_is_set(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORAGE_CHAT", "-1001234567890")
    outcome = await desk.tad("doctor")

    assert "✗ storage chat: -1001234567890" in outcome.out
