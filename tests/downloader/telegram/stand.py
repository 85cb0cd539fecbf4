"""The adapter's test stand: servers on loopback, real storage, and one account signed in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from telethon.crypto import AuthKey

from downloader.clock import Clock
from downloader.conduct import Conducts
from downloader.errors import AskAgainError, OfflineError
from downloader.news import News
from downloader.source import RemoteFile
from downloader.telegram.access import Access, DataCentre
from downloader.telegram.accounts import open_sources
from downloader.telegram.link import Patience
from downloader.telegram.session import Session
from downloader.telegram.source import TelethonSource
from sandbox.faults import Faults
from sandbox.mtproto.cluster import Cluster
from sandbox.world import Chat as WorldChat
from sandbox.world import Document, Post, User, World
from storage.models import Account, AccountState, Audio, Chat, Request
from storage.store import Store
from tests.stores import store_at

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KIB = 1 << 10
MIB = 1 << 20


@dataclass
class Stand:
    world: World
    faults: Faults
    cluster: Cluster
    store: Store
    user: User
    clock: Clock = field(default_factory=Clock)
    conducts: Conducts | None = None
    news: News = field(default_factory=News)
    proxy: str | None = None
    patience: Patience = field(
        default_factory=lambda: Patience(
            connect=timedelta(seconds=20),
            quiet=timedelta(seconds=20),
            retries=1,
            retry_delay=timedelta(milliseconds=10),
        )
    )

    @property
    def access(self) -> Access:
        home = DataCentre(2, *self.cluster.address(2))
        return Access(1, "hash", home, self.cluster.pem, self.proxy)

    def hurry(self) -> None:
        """Give up on a silent line soon, for tests in which it is silent."""
        self.patience = Patience(
            connect=timedelta(seconds=20),
            quiet=timedelta(milliseconds=400),
            retries=1,
            retry_delay=timedelta(milliseconds=10),
        )

    async def sign_in(self, user: User) -> Account:
        session = Session()
        session.set_dc(2, *self.cluster.address(2))
        session.auth_key = AuthKey(self.cluster.mint_key(user))
        account = Account(user.id, user.first_name, AccountState.READY)
        await self.store.accounts.save(account, session.dump())
        return account

    @asynccontextmanager
    async def source(self) -> AsyncIterator[TelethonSource]:
        """Start the accounts as the product does, and give the first one."""
        async with self.sources() as sources:
            yield sources[0]

    @asynccontextmanager
    async def sources(self) -> AsyncIterator[list[TelethonSource]]:
        async with open_sources(
            self.access,
            self.store,
            clock=self.clock,
            patience=self.patience,
            conducts=self.conducts,
            news=self.news,
        ) as sources:
            yield sources

    def song(
        self,
        chat: WorldChat,
        number: int = 1,
        *,
        size: int = 300 * KIB,
        dc: int = 2,
        date: datetime = NOON,
        topic: int | None = None,
    ) -> Post:
        """Post music with Telegram's audio attribute."""
        document = self.world.add_document(
            size=size,
            dc=dc,
            name=f"{number}.mp3",
            title=f"Song {number}",
            performer="Ann",
            duration=timedelta(minutes=3),
        )
        return self.world.post(chat, document=document, date=date, topic=topic)


@asynccontextmanager
async def open_stand(folder: Path) -> AsyncIterator[Stand]:
    world, faults = World(), Faults()
    async with (
        store_at(folder / "data", folder / "music") as store,
        Cluster(world, faults) as cluster,
    ):
        user = world.add_user("Ann", phone="9996620001")
        stand = Stand(world, faults, cluster, store, user)
        await stand.sign_in(user)
        yield stand
        assert cluster.crashes == []
        assert cluster.unknown_methods == []


async def part(file: RemoteFile, offset: int, limit: int, *, tries: int = 1) -> bytes:
    """Ask for one part as the engine does, again where the first request was in vain."""
    while True:
        turn = await file.turn(limit)
        try:
            return bytes(await turn.part(offset, limit))
        except AskAgainError:
            continue
        except OfflineError:
            tries -= 1
            if not tries:
                raise
        finally:
            turn.give_back()


async def read(file: RemoteFile, *, limit: int = 128 * KIB) -> bytes:
    """Read a file to its end, part after part; a line may break."""
    offsets = range(0, file.size, limit)
    return b"".join([await part(file, at, limit, tries=4) for at in offsets])


def body_of(document: Document | None) -> bytes:
    assert document is not None
    return bytes(document.read(0, document.size))


async def only_audio(source: TelethonSource, chat: Chat) -> Audio:
    found = [audio async for audio in source.audio(chat, Request("", 10))]
    assert len(found) == 1
    return found[0]
