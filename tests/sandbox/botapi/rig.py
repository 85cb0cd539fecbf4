"""The real aiogram against the server, and what tests of it share."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Update

from sandbox.botapi.server import BotApi

TOKEN = "700:AAbb"
START = datetime(2026, 11, 22, 12, tzinfo=UTC)
SONG = b"ID3" + bytes(1000)
JPEG = b"\xff\xd8\xff\xe0" + bytes(100)


class HandClock:
    """The world's time, moved by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class PlainSession(AiohttpSession):
    """aiogram's own, but closing does not wait the quarter of a second that TLS wants."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


@asynccontextmanager
async def connected(api: BotApi, token: str = TOKEN, *, local: bool = False) -> AsyncIterator[Bot]:
    server = TelegramAPIServer.from_base(api.url, is_local=local)
    properties = DefaultBotProperties(parse_mode="HTML")
    async with Bot(token, session=PlainSession(api=server), default=properties) as bot:
        yield bot


@asynccontextmanager
async def polling(bot: Bot, dispatcher: Dispatcher) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        work = dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False)
        task = group.create_task(work)
        try:
            yield
        finally:
            task.cancel()


def refused(
    description: str, kind: type[TelegramAPIError] = TelegramBadRequest
) -> pytest.RaisesExc[TelegramAPIError]:
    """Expect the server to answer with exactly this description."""
    return pytest.raises(kind, match=f"{re.escape(description)}$")


def button(text: str = "Go", **fields: str) -> InlineKeyboardMarkup:
    made = InlineKeyboardButton.model_validate({"text": text} | fields)
    return InlineKeyboardMarkup(inline_keyboard=[[made]])


async def updates(bot: Bot) -> list[Update]:
    """Take and confirm all that waits."""
    got = await bot.get_updates()
    if got:
        await bot.get_updates(offset=got[-1].update_id + 1)
    return got
