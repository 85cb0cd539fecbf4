from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import Response
from aiohttp import web

from bot.session import open_bot
from downloader.clock import Clock
from sandbox.faults import Drop, Rule
from tests.bot.rig import TOKEN, Rig


class Naps:
    """A clock that never waits and records how long it should have."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.clock = Clock(sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.taken.append(seconds)
        await asyncio.sleep(0)


@asynccontextmanager
async def page(
    answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
) -> AsyncIterator[str]:
    """Answer every request in the place of the Bot API; give the address."""
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def test_what_is_too_long_for_one_message_is_shortened_and_sent(rig: Rig) -> None:
    rig.owner.send("/start")
    long = "\n".join(f"<b>{number}</b> {'x' * 90}" for number in range(100))
    async with open_bot(TOKEN, rig.api.url, clock=Naps().clock) as bot:
        sent = await bot.send_message(rig.owner.user.id, long)
        edited = await bot.edit_message_text(
            text=f"new {long}", chat_id=rig.owner.user.id, message_id=sent.message_id
        )
        short = await bot.send_message(rig.owner.user.id, "<b>short</b>")

    assert sent.text is not None
    assert sent.text.endswith(" xxx\n…".replace(" xxx", "x" * 90))
    assert not isinstance(edited, bool)
    assert (edited.text or "").startswith("new 0 x")
    assert "short" == short.text


async def say(rig: Rig, naps: Naps) -> None:
    rig.owner.send("/start")
    async with open_bot(TOKEN, rig.api.url, clock=naps.clock) as bot:
        await bot.send_message(rig.owner.user.id, "<b>hello</b>")


async def test_the_type_of_an_answer_is_built_once(rig: Rig) -> None:
    async with open_bot(TOKEN, rig.api.url, clock=Clock()) as bot:
        await bot.get_me()
    gc.collect()

    assert ["Response[User]"] == [
        kind.__name__ for kind in Response.__subclasses__() if "User]" in kind.__name__
    ]


async def test_a_bot_speaks_html_to_the_server_at_the_given_address(rig: Rig) -> None:
    await say(rig, Naps())

    assert ["hello"] == rig.said


async def test_f51_a_refusal_for_some_seconds_is_waited_out(rig: Rig) -> None:
    naps = Naps()
    words = (429, "Too Many Requests: retry after 7")
    rig.api.faults.add(Rule("bot.sendMessage", error=words, times=2))
    await say(rig, naps)

    assert ["hello"] == rig.said
    assert 2 == len(naps.taken)
    assert all(7 <= nap <= 7 * 1.25 for nap in naps.taken)


async def test_a_refusal_for_hours_is_not_waited_out(rig: Rig) -> None:
    words = (429, "Too Many Requests: retry after 7200")
    rig.api.faults.add(Rule("bot.sendMessage", error=words))

    with pytest.raises(TelegramRetryAfter):
        await say(rig, Naps())


async def test_f52_trouble_of_the_server_is_tried_again_with_growing_pauses(rig: Rig) -> None:
    naps = Naps()
    rig.api.faults.add(Rule("bot.sendMessage", error=(502, "Bad Gateway"), times=2))
    rig.api.faults.add(Rule("bot.sendMessage", drop=Drop.BEFORE, times=1))
    await say(rig, naps)

    assert ["hello"] == rig.said
    assert 3 == len(naps.taken)
    assert naps.taken == sorted(naps.taken)


async def test_trouble_that_stays_is_raised_after_four_tries(rig: Rig) -> None:
    naps = Naps()
    rule = rig.api.faults.add(Rule("bot.sendMessage", error=(502, "Bad Gateway"), times=None))

    with pytest.raises(TelegramServerError):
        await say(rig, naps)
    assert 4 == rule.hits


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html", "<html>Доступ закрыт</html>".encode("cp1251")),
        ("text/html; charset=hex", b"abc"),
        ("text/html; charset=undefined", b"abc"),
        ("text/html", b"<html>502 Bad Gateway</html>"),
        ("application/json", b"[]"),
        ("application/json", b'{"error": "please log in"}'),
        ("application/json", b'{"ok": true}'),
        ("application/json", b'{"ok": false}'),
        ("application/json", b"[" * 100_000),
    ],
)
async def test_a_page_that_is_no_answer_is_a_broken_network_and_tried_again(
    kind: str, body: bytes
) -> None:
    asked = []

    async def answer(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        code = 200 if b"true" in body else 502
        return web.Response(status=code, body=body, headers={"Content-Type": kind})

    async with page(answer) as url, open_bot(TOKEN, url, clock=Naps().clock) as bot:
        with pytest.raises(TelegramNetworkError):
            await bot.send_message(7, "x")

    assert 4 == len(asked)


async def test_a_redirect_to_an_impossible_host_is_a_broken_network() -> None:
    async def answer(_request: web.BaseRequest) -> web.Response:
        return web.Response(status=302, headers={"Location": "http://a..b/"})

    async with page(answer) as url, open_bot(TOKEN, url, clock=Naps().clock) as bot:
        with pytest.raises(TelegramNetworkError):
            await bot.get_me()


async def test_an_answer_that_is_newer_than_the_library_is_handed_on() -> None:
    async def answer(_request: web.BaseRequest) -> web.Response:
        return web.json_response({"ok": True, "result": [{"update_id": "new"}]})

    async with page(answer) as url, open_bot(TOKEN, url, clock=Naps().clock) as bot:
        with pytest.raises(ClientDecodeError) as caught:
            await bot.get_updates()

    assert [{"update_id": "new"}] == caught.value.data["result"]


async def test_what_cannot_get_better_is_raised_at_once(rig: Rig) -> None:
    naps = Naps()
    rule = rig.api.faults.add(Rule("bot.sendMessage", error=(413, "Request Entity Too Large")))

    with pytest.raises(TelegramEntityTooLarge):
        await say(rig, naps)
    async with open_bot(TOKEN, rig.api.url, clock=naps.clock) as bot:
        with pytest.raises(TelegramBadRequest):
            await bot.send_message(12345, "nobody")
    assert [] == naps.taken
    assert 1 == rule.hits


async def test_an_edit_is_not_retried_here_because_it_would_be_stale(rig: Rig) -> None:
    naps = Naps()
    words = (429, "Too Many Requests: retry after 7")
    rig.api.faults.add(Rule("bot.editMessageText", error=words))
    async with open_bot(TOKEN, rig.api.url, clock=naps.clock) as bot:
        with pytest.raises(TelegramRetryAfter):
            await bot.edit_message_text("x", chat_id=rig.owner.user.id, message_id=1)

    assert [] == naps.taken


async def test_local_mode_is_told_to_the_library() -> None:
    async with open_bot(TOKEN, "http://127.0.0.1:1", local=True, clock=Clock()) as bot:
        assert bot.session.api.is_local
        assert f"http://127.0.0.1:1/bot{TOKEN}/getMe" == bot.session.api.api_url(TOKEN, "getMe")


@pytest.mark.parametrize("scheme", ["socks5", "http"])
async def test_a_proxy_is_used(scheme: str, tmp_path: Path) -> None:
    asked: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.read(3))
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    proxy = f"{scheme}://127.0.0.1:{port}"
    async with (
        server,
        open_bot(TOKEN, "http://127.0.0.1:1", proxy=proxy, clock=Naps().clock) as bot,
    ):
        assert isinstance(bot.session, AiohttpSession)
        with pytest.raises(TelegramNetworkError):
            await bot.get_me()

    assert asked[0][:1] == (b"\x05" if scheme == "socks5" else b"C")


@pytest.mark.parametrize("scheme", ["socks5", "socks4", "http"])
async def test_a_proxy_that_is_not_there_is_a_network_that_does_not_work(scheme: str) -> None:
    proxy = f"{scheme}://me:word@127.0.0.1:1"
    opening = open_bot(TOKEN, "http://127.0.0.1:1", proxy=proxy, clock=Naps().clock)
    async with opening as bot:
        with pytest.raises(TelegramNetworkError):
            await bot.get_updates()
