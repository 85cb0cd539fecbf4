"""A world with one bot and Ann, and the server over it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot

from sandbox.botapi.person import Person
from sandbox.botapi.server import BotApi
from sandbox.world import Chat, ChatKind, User, World
from tests.sandbox.botapi.rig import TOKEN, HandClock, connected


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def world(clock: HandClock) -> World:
    world = World()
    world.now = clock
    return world


@pytest.fixture
def bot_user(world: World) -> User:
    return world.add_user("Loader", username="loader_bot", token=TOKEN)


@pytest.fixture
def ann_user(world: World) -> User:
    return world.add_user("Ann", username="ann", phone="9996620001")


@pytest.fixture
async def api(world: World, bot_user: User) -> AsyncIterator[BotApi]:
    async with BotApi(world) as api:
        yield api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with connected(api) as bot:
        yield bot


@pytest.fixture
def ann(api: BotApi, bot_user: User, ann_user: User) -> Person:
    """Ann, who has started the bot; the update about it is gone."""
    person = api.person(ann_user)
    person.send("/start")
    api.hub.state(bot_user).mailbox.drop()
    return person


@pytest.fixture
def group(world: World, bot_user: User, ann_user: User) -> Chat:
    """A group that the bot and Ann are in."""
    members = (bot_user, ann_user)
    return world.add_chat("Listeners", ChatKind.GROUP, private=True, members=members)


@pytest.fixture
def channel(world: World) -> Chat:
    return world.add_chat("Jazz", username="jazz")
