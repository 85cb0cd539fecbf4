"""The parts of the program that follow chats, over a Telegram of their own in virtual time."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from telethon.crypto import AuthKey

from bench.matrix.tape import Tape
from bench.virtual.loop import VirtualLoop
from downloader.clock import Clock, steady_clock
from downloader.engine import Engine
from downloader.errors import DownloaderError
from downloader.news import News
from downloader.pool import Pool
from downloader.surveying import Surveyor
from downloader.telegram.access import Access, DataCentre
from downloader.telegram.accounts import open_sources
from downloader.telegram.session import Session
from downloader.telegram.source import TelethonSource
from downloader.watching import Watcher
from sandbox.mtproto.cluster import Cluster
from sandbox.world import Chat, User, World
from storage.models import Account, AccountState, Origin
from storage.store import Store, open_store
from storage.watch import Rules, Seen

START = datetime(2026, 3, 25, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")  # where the clocks are put forward within these days
ME = Origin(person_id=7, chat_id=7)
_HOME = 2  # the data centre
_PATIENCE = timedelta(minutes=1)
_LISTEN_EVERY = 30.0  # seconds
_WORKERS = 8


@dataclass
class Program:
    """`store` is another one after each kill. `brings` tells whether there is an engine."""

    chance: random.Random
    folder: Path
    world: World
    tape: Tape
    cluster: Cluster
    brings: bool
    chats: list[Chat] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    deaths: int = 0
    _copy: Path | None = None
    _store: Store | None = None

    @property
    def store(self) -> Store:
        assert self._store is not None
        return self._store

    def loop(self) -> VirtualLoop:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        return loop

    def now(self) -> datetime:
        return START + timedelta(seconds=self.loop().time())

    def clock(self) -> Clock:
        return steady_clock(self.now, self.loop().time)

    async def sign_in(self, *names: str) -> None:
        """Have so many accounts, each a member of all chats."""
        async with self._opened():
            for name in names:
                user = self.world.add_user(name)
                for chat in self.chats:
                    chat.members.add(user.id)
                account = Account(user.id, name, AccountState.READY)
                await self.store.accounts.save(account, self._session(user).dump())

    async def follow(self, rules: Sequence[Rules]) -> None:
        """Follow each chat by the rules of the same number, from its first posting on."""
        async with self._opened():
            for chat, one in zip(self.chats, rules, strict=True):
                name = f"@{chat.username}"
                await self.store.watches.add(name, one, ME, self.now(), seen=Seen(0, START))

    @asynccontextmanager
    async def life(self) -> AsyncIterator[None]:
        """Start it; leaving stops it. What was killed goes on from what the disk held then."""
        self.ended.clear()
        async with self._opened(), self._working():
            yield
        if self._copy is not None:
            shutil.rmtree(self.folder)
            self.folder, self._copy = self._copy, None

    def stop(self) -> None:
        self.tape.stops.append(self.loop().time())
        self.ended.set()

    def kill(self) -> None:
        """Stop it, and keep what the disk holds at this very moment."""
        if self._copy is None:
            self.deaths += 1
            self._copy = self.folder.with_name(f"life-{self.deaths}")
            shutil.copytree(self.folder, self._copy)
            self.stop()

    def kill_within(self, steps: int) -> None:
        """Kill it right before one of the next calls that a thread would make."""
        left = iter(range(steps, -1, -1))

        def interfere(_: str) -> None:
            if next(left, 1) == 0:
                self.kill()

        self.loop().interfere = interfere

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[None]:
        async with open_store(self.folder / "data", self.folder / "music") as self._store:
            yield

    @asynccontextmanager
    async def _working(self) -> AsyncIterator[None]:
        clock, news, store = self.clock(), News(), self.store
        access = Access(
            1, "hash", DataCentre(_HOME, *self.cluster.address(_HOME)), self.cluster.pem
        )
        async with open_sources(access, store, clock=clock, news=news) as sources:
            pool = Pool(sources, store, clock)
            engine = Engine(store, pool, clock, workers=_WORKERS)
            surveyor = Surveyor(store, pool, _PATIENCE)
            given = (store, surveyor, clock, engine.events, engine.accepted, news)
            watcher = Watcher(*given, chance=self.chance, zone=ZONE)
            parts = [watcher.run, lambda: _listen(sources, news)]
            async with _together([*parts, engine.run] if self.brings else parts):
                yield

    def _session(self, user: User) -> Session:
        session = Session()
        session.set_dc(_HOME, *self.cluster.address(_HOME))
        session.auth_key = AuthKey(self.cluster.mint_key(user, _HOME))
        return session


@asynccontextmanager
async def open_program(
    folder: Path, seed: int, chats: int, *, brings: bool
) -> AsyncIterator[Program]:
    world, tape = World(seed), Tape()
    async with Cluster(world, tape, centres=(_HOME,)) as cluster:
        chance = random.Random(seed)
        program = Program(chance, folder / "first", world, tape, cluster, brings)
        world.now = program.now
        for number in range(1, chats + 1):
            program.chats.append(world.add_chat(f"Chat {number}", username=f"chat_{number}"))
        yield program


@asynccontextmanager
async def _together(
    parts: Sequence[Callable[[], Coroutine[None, None, None]]],
) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(part()) for part in parts]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()


async def _listen(sources: Sequence[TelethonSource], news: News) -> None:
    """Keep the lines on which news come, as the product does."""
    while True:
        for source in sources if news.is_wanted else ():
            try:
                await source.listen()
            except DownloaderError:
                continue
        await asyncio.sleep(_LISTEN_EVERY)
