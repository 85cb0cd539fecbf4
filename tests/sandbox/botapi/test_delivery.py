from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiogram import Bot, Dispatcher
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from sandbox.botapi.person import Person
from sandbox.botapi.server import BotApi
from tests.sandbox.botapi.rig import button


@asynccontextmanager
async def site(handler: web.RequestHandler | object) -> AsyncIterator[str]:
    """Serve a webhook on loopback."""
    application = web.Application()
    application.router.add_route("*", "/hook", handler)  # type: ignore[arg-type]
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    finally:
        await runner.cleanup()


async def test_aiogram_answers_through_its_webhook(bot: Bot, ann: Person) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(f"you said {message.text}", reply_markup=button(callback_data="x"))

    handler = SimpleRequestHandler(dispatcher, bot, secret_token="s3cret")
    async with site(handler.handle) as url:
        await bot.set_webhook(url, secret_token="s3cret")
        ann.send("one")
        ann.send("two")
        replies = [await ann.reply(), await ann.reply()]
        await bot.delete_webhook()

    assert {"you said one", "you said two"} == {reply.text for reply in replies}


async def test_a_method_in_the_webhooks_reply_is_carried_out(bot: Bot, ann: Person) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> object:
        return message.answer("in the reply")

    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False)
    async with site(handler.handle) as url:
        await bot.set_webhook(url)
        ann.send("x")
        reply = await ann.reply()
        await bot.delete_webhook()

    assert "in the reply" == reply.text


@pytest.mark.parametrize(
    ("body", "unknown"), [('{"method": "sendDice"}', ["sendDice"]), ("[]", []), ("{}", [])]
)
async def test_a_strange_reply_does_not_stop_the_delivery(
    bot: Bot, api: BotApi, ann: Person, body: str, unknown: list[str]
) -> None:
    seen: asyncio.Queue[int] = asyncio.Queue()

    async def hook(request: web.Request) -> web.Response:
        seen.put_nowait((await request.json())["update_id"])
        return web.Response(text=body, content_type="application/json")

    async with site(hook) as url:
        await bot.set_webhook(url)
        ann.send("one")
        ann.send("two")
        assert 1 == -(await seen.get()) + await seen.get()
        await bot.delete_webhook()

    assert unknown == api.unknown_methods[:1]


async def test_an_update_that_is_not_taken_comes_again(bot: Bot, ann: Person) -> None:
    seen: list[tuple[int, str | None]] = []
    done = asyncio.Event()

    async def hook(request: web.Request) -> web.Response:
        update = await request.json()
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        seen.append((update["update_id"], secret))
        if len(seen) == 1:
            return web.Response(status=500)
        if len(seen) == 3:
            done.set()
        return web.Response()

    async with site(hook) as url:
        await bot.set_webhook(url, secret_token="abc")
        ann.send("one")
        ann.send("two")
        await done.wait()
        info = await bot.get_webhook_info()
        await bot.delete_webhook()

    first = seen[0][0]
    assert [(first, "abc"), (first, "abc"), (first + 1, "abc")] == seen
    assert "Wrong response from the webhook: 500 Internal Server Error" == info.last_error_message
    assert info.last_error_date is not None


async def test_nobody_at_the_address_is_told_too(bot: Bot, ann: Person) -> None:
    ann.send("x")
    await bot.set_webhook("http://127.0.0.1:9/hook")
    info = await bot.get_webhook_info()
    while not info.last_error_message:
        info = await bot.get_webhook_info()

    assert ("Connection refused", 1) == (info.last_error_message, info.pending_update_count)
