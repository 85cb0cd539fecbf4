"""A world with one bot and Ann, and the real aiogram talking to the server over loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from sandbox.botapi.person import Person
from sandbox.botapi.server import BotApi
from sandbox.world import User, World

TOKEN = "700:AAbb"
START = datetime(2026, 11, 22, 12, tzinfo=UTC)


class HandClock:
    """The world's time, moved by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def world(clock: HandClock) -> World:
    world = World()
    world.now = clock
    world.add_user("Loader", username="loader_bot", token=TOKEN)
    world.add_user("Ann", username="ann")
    return world


@pytest.fixture
def bot_user(world: World) -> User:
    return world.users[700]


@pytest.fixture
def ann_user(world: World) -> User:
    return next(user for user in world.users.values() if user.username == "ann")


@pytest.fixture
async def api(world: World) -> AsyncIterator[BotApi]:
    async with BotApi(world) as api:
        yield api


@asynccontextmanager
async def connected(api: BotApi, token: str = TOKEN, *, local: bool = False) -> AsyncIterator[Bot]:
    server = TelegramAPIServer.from_base(api.url, is_local=local)
    properties = DefaultBotProperties(parse_mode="HTML")
    async with Bot(token, session=AiohttpSession(api=server), default=properties) as bot:
        yield bot


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with connected(api) as bot:
        yield bot


@pytest.fixture
def ann(api: BotApi, ann_user: User) -> Person:
    """Ann, who has started the bot; the update about it is gone."""
    person = api.person(ann_user)
    person.send("/start")
    api.hub.bots[0].mailbox.drop()
    return person


@asynccontextmanager
async def polling(bot: Bot, dispatcher: Dispatcher) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        work = dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False)
        group.create_task(work)
        yield
        await dispatcher.stop_polling()
