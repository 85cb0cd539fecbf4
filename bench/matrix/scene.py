"""The stage of one run: a Telegram in memory, its people and songs, and a library to fill."""

from __future__ import annotations

import asyncio
import itertools
import random
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

from telethon.crypto import AuthKey

from bench.matrix.tape import Tape
from bench.virtual.loop import VirtualLoop
from downloader.clock import Clock, steady_clock
from downloader.proof import CheckBytes
from downloader.telegram.access import Access, DataCentre
from downloader.telegram.session import Session
from sandbox.mtproto.cluster import Cluster
from sandbox.world import Chat, Document, Post, User, World
from storage.models import Account, AccountState, Request
from storage.store import Store, open_store

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOME, AWAY = 2, 4  # data centres
# Around what a request, a part and a small track are.
_SIZES = (1, 4095, 4096, 131_072, 131_073, 300_000)
_LARGE = (700_001, 1 << 20, (1 << 20) + 7, 2_600_000)


@dataclass
class Scene:
    """`chance` draws what goes wrong; `store` changes when the program is killed."""

    chance: random.Random
    loop: VirtualLoop
    folder: Path
    store: Store
    world: World
    tape: Tape
    cluster: Cluster
    stack: AsyncExitStack
    chat: Chat
    users: list[User] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)  # of the posts, as they were posted
    foreign: set[PurePosixPath] = field(default_factory=set)  # in the library, but not ours
    interrupted: asyncio.Event = field(default_factory=asyncio.Event)
    wall_shift: timedelta = timedelta()
    copy: Path | None = None  # of the folder as it was at a kill
    workers: int = 2
    check_bytes: CheckBytes = CheckBytes.RISKY
    pause: float = 0.0  # seconds from a stop to the next start
    orders: list[Request] = field(default_factory=lambda: [Request("@jazz", 50)])
    complaints: list[str] = field(default_factory=list)
    struck: int = 0  # how often a fault did something that no rule counts

    @property
    def music(self) -> Path:
        return self.folder / "music"

    @property
    def access(self) -> Access:
        return Access(1, "hash", DataCentre(HOME, *self.cluster.address(HOME)), self.cluster.pem)

    @property
    def strikes(self) -> int:
        return self.struck + sum(rule.hits for rule in self.tape.rules)

    def wall(self) -> datetime:
        return START + timedelta(seconds=self.loop.time()) + self.wall_shift

    def clock(self) -> Clock:
        """Return a clock as the program makes one when it starts."""
        return steady_clock(self.wall, self.loop.time)

    async def join(self, name: str) -> User:
        """Sign one more account in, which reads the chat."""
        user = self.world.add_user(name)
        self.chat.members.add(user.id)
        self.users.append(user)
        await self.sign_in(user)
        return user

    async def sign_in(self, user: User, *, abroad: bool = True) -> None:
        session = Session()
        session.set_dc(HOME, *self.cluster.address(HOME))
        session.auth_key = AuthKey(self.cluster.mint_key(user, HOME))
        if abroad:
            session.set_key(AWAY, self.cluster.mint_key(user, AWAY))
        account = Account(user.id, user.first_name, AccountState.READY)
        await self.store.accounts.save(account, session.dump())

    def song(self, *, size: int | None = None, dc: int | None = None) -> Document:
        number = len(self.posts) + 1
        document = self.world.add_document(
            size=self.chance.choice(_SIZES) if size is None else size,
            dc=self.chance.choice((HOME, HOME, AWAY)) if dc is None else dc,
            name=f"{number}.mp3",
            title=f"Song {number}",
            performer="Ann",
            duration=timedelta(minutes=3),
        )
        self.posts.append(self.world.post(self.chat, document=document, date=START))
        self.documents.append(document)
        return document

    def disown(self, path: Path) -> None:
        """Take a file of the library for somebody else's."""
        self.foreign.add(PurePosixPath(path.relative_to(self.music)))

    def interrupt(self) -> None:
        """Stop the program, as SIGTERM does."""
        self.struck += 1
        self.tape.stops.append(self.loop.time())
        self.interrupted.set()

    def kill(self) -> None:
        """Stop it, and keep what the disk holds at this very moment."""
        if self.copy is None:
            self.interrupt()
            self.copy = self.folder.with_name(f"{self.folder.name}-killed-{self.struck}")
            self.stack.callback(shutil.rmtree, self.copy)
            shutil.copytree(self.folder, self.copy)

    async def revive(self) -> None:
        """Go on with what a kill has left."""
        assert self.copy is not None
        self.folder, self.copy = self.copy, None
        self.store = await self.stack.enter_async_context(
            open_store(self.folder / "data", self.music)
        )

    def break_lines(self) -> None:
        self.struck += 1
        for line in self.loop.network.lines:
            line.reset()

    def stall_lines(self) -> None:
        self.struck += 1
        for line in self.loop.network.lines:
            line.stall()

    def slow_lines(self, rate: float) -> None:
        """Let what Telegram sends on the lines of now come at so many bytes a second."""
        self.struck += 1
        for line in self.loop.network.lines:
            line.peer.bandwidth = rate

    def from_step(self, name: str, number: int, act: Callable[[], None]) -> None:
        """Do something right before each call of a thread with such a name, from the n-th on."""
        self._interfere(name, act, lambda count: count >= number)

    def at_step(self, name: str, number: int, act: Callable[[], None]) -> None:
        """Do something right before the n-th call of a thread with such a name; it may raise."""
        self._interfere(name, act, lambda count: count == number)

    def _interfere(self, name: str, act: Callable[[], None], when: Callable[[int], bool]) -> None:
        before, counting = self.loop.interfere, itertools.count(1)

        def interfere(step: str) -> None:
            before(step)
            if name in step and when(next(counting)):
                act()

        self.loop.interfere = interfere


@asynccontextmanager
async def open_scene(chance: random.Random, folder: Path, store: Store) -> AsyncIterator[Scene]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    world, tape = World(1), Tape()
    async with AsyncExitStack() as stack, Cluster(world, tape, centres=(HOME, AWAY)) as cluster:
        chat = world.add_chat("Jazz", username="jazz")
        scene = Scene(chance, loop, folder, store, world, tape, cluster, stack, chat)
        for name in ("Ann", "Bob", "Eve")[: chance.choice((1, 1, 2, 3))]:
            await scene.join(name)
        scene.song(size=chance.choice(_LARGE))
        for _ in range(chance.choice((0, 1, 1, 2))):
            scene.song()
        yield scene
