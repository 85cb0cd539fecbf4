"""Clients of the sandbox's MTProto servers, and the fixtures around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telethon import TelegramClient
from telethon.crypto import rsa
from telethon.network import ConnectionTcpFull
from telethon.sessions import MemorySession, StringSession

from sandbox.faults import Faults
from sandbox.mtproto.cluster import Cluster
from sandbox.world import Chat, Document, Post, User, World

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)


def fresh_class() -> Any:
    """Return Telethon's client as it is, but without the addresses an earlier test left in it.

    Telethon keeps the servers' configuration in the class, for all clients of a process.
    """
    return type("SandboxClient", (TelegramClient,), {"_config": None})


@dataclass
class Town:
    """A world with people, and shorthands for what the tests post."""

    world: World
    ann: User
    bob: User  # has a second factor
    bot: User

    def channel(self, username: str, *members: User, private: bool = False) -> Chat:
        name = None if private else username
        return self.world.add_chat(username, username=name, private=private, members=members)

    def song(self, number: int = 1, size: int = 5_000, dc: int = 2, **more: Any) -> Document:
        more.setdefault("duration", timedelta(seconds=200))
        return self.world.add_document(
            size=size,
            dc=dc,
            name=f"song {number}.mp3",
            title=f"Song {number}",
            performer=f"Artist {number % 7}",
            **more,
        )

    def post_song(self, chat: Chat, number: int = 1, **more: Any) -> Post:
        date = EPOCH + timedelta(minutes=number)
        return self.world.post(chat, "", self.song(number, **more), date=date, quiet=True)


@dataclass
class Clients:
    """Makes Telethon clients that are connected, and disconnected at the end of the test."""

    cluster: Cluster
    stack: AsyncExitStack
    codes: list[str] = field(default_factory=list)

    async def new(self, session: Any = None, *, dc: int = 2, **more: Any) -> Any:
        """Connect a client that nobody is signed in on."""
        if session is None:
            session = MemorySession()
            session.set_dc(dc, *self.cluster.address(dc))
        defaults = {
            "connection": ConnectionTcpFull,
            "flood_sleep_threshold": 0,
            "request_retries": 3,
            "connection_retries": 20,
            "retry_delay": 0.01,
        }
        client = fresh_class()(session, 1, "hash", **defaults | more)
        self.stack.push_async_callback(disconnect, client)
        await client.connect()
        return client

    async def of(self, user: User, dc: int = 2, **more: Any) -> Any:
        """Connect a client on which `user` is signed in."""
        return await self.new(StringSession(self.cluster.mint_session(user, dc)), **more)


async def disconnect(client: Any) -> None:
    await client.disconnect()


@pytest.fixture
def town() -> Town:
    world = World()
    return Town(
        world,
        ann=world.add_user("Ann", phone="9996620001"),
        bob=world.add_user("Bob", phone="9996620002", password="correct horse"),
        bot=world.add_user("Bot", username="sandbox_bot", token="700:AA"),
    )


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
async def cluster(town: Town, faults: Faults) -> AsyncIterator[Cluster]:
    """Two data centres; a test fails that calls an unknown method or crashes one."""
    async with Cluster(town.world, faults) as cluster:
        rsa.add_key(cluster.pem, old=False)
        yield cluster

    assert [] == cluster.unknown_methods
    assert [] == cluster.crashes
    assert +cluster.counters.open == {}


@pytest.fixture
async def clients(cluster: Cluster) -> AsyncIterator[Clients]:
    async with AsyncExitStack() as stack:
        clients = Clients(cluster, stack)
        cluster.on_code.append(lambda _, code: clients.codes.append(code))
        yield clients


@pytest.fixture
async def ann(clients: Clients, town: Town) -> Any:
    """Ann's client."""
    return await clients.of(town.ann)
