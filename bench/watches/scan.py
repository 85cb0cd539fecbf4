"""How fast the program reads a long history, beside a bare Telethon, and what a kill costs it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from telethon.crypto import AuthKey

from bench import child
from bench.figure import CannotMeasureError
from bench.stand import comes_true
from bench.watches.scanner import CHAT, HOME
from downloader.telegram.session import Session
from sandbox.faults import Faults, Wire
from sandbox.mtproto.cluster import Cluster
from sandbox.world import World
from storage.models import Account, AccountState
from storage.store import open_store

_SEARCH = "messages.search"
_LOOK = 0.2  # seconds
_PATIENCE = timedelta(minutes=30)
_FAR = 0.08  # seconds that an answer travels, as from Telegram on a good day
_SONGS = 100  # documents: one is posted again and again, for what counts is the list
_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Scan:
    """Seconds that each took for all postings; MiB that were resident at each look, by reading."""

    posts: int
    ours: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    memory: list[list[float]] = field(default_factory=list)
    pages: int = 0  # that were asked for where nobody disturbed
    pages_with_kill: int = 0
    killed_at: int = 0  # items that were stored then
    lost: int = 0
    double: int = 0


@dataclass(slots=True)
class Desk:
    """Telegram with one long chat, and an account for whoever reads it."""

    folder: Path
    cluster: Cluster
    key: bytes

    @asynccontextmanager
    async def reader(self, who: str) -> AsyncIterator[Process]:
        host, port = self.cluster.address(HOME)
        words = (who, str(self.folder), f"{host}:{port}", self.key.hex())
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.watches.scanner", *words, stdout=PIPE, cwd=child.ROOT
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def seconds(self, who: str) -> float:
        async with self.reader(who) as process:
            return await told(process)

    def items(self) -> tuple[int, int]:
        """Count the items that are stored, and how many different messages they are of."""
        count = "select count(*), count(distinct message_id) from items"
        try:
            with closing(sqlite3.connect(self.folder / "data" / "tad.db")) as base:
                stored, different = base.execute(count).fetchone()
        except sqlite3.OperationalError:  # there are no tables yet
            return 0, 0
        return stored, different


async def scanned(folder: Path, posts: int, rounds: int) -> Scan:
    """Read the chat by turns, and once more by a program that is killed halfway."""
    scan = Scan(posts)
    async with _telegram(posts) as cluster:
        for number in range(rounds):
            desk = await _desk(folder / str(number), cluster)
            scan.bare.append(await desk.seconds("bare"))
            before = cluster.counters.of(_SEARCH)
            scan.memory.append([])
            scan.ours.append(await _watched(desk, scan.memory[-1]))
            scan.pages = cluster.counters.of(_SEARCH) - before
        desk = await _desk(folder / "killed", cluster)
        before = cluster.counters.of(_SEARCH)
        await _killed(desk, scan)
        scan.pages_with_kill = cluster.counters.of(_SEARCH) - before
    return scan


async def _watched(desk: Desk, memory: list[float]) -> float:
    async with desk.reader("ours") as process, asyncio.TaskGroup() as tasks:
        looking = tasks.create_task(_look(process, memory))
        seconds = await told(process)
        looking.cancel()
    return seconds


async def _look(process: Process, memory: list[float]) -> None:
    while True:
        memory.append(child.status_mib(process.pid, "VmRSS"))
        await asyncio.sleep(_LOOK)


async def _killed(desk: Desk, scan: Scan) -> None:
    async with desk.reader("ours") as process:
        half = scan.posts // 2
        await comes_true(lambda: desk.items()[0] >= half, within=_PATIENCE)
        if process.returncode is None:
            process.kill()
    scan.killed_at = desk.items()[0]
    await desk.seconds("ours")
    stored, different = desk.items()
    scan.lost, scan.double = scan.posts - different, stored - different


async def told(process: Process) -> float:
    assert process.stdout is not None
    async with asyncio.timeout(_PATIENCE.total_seconds()):
        line = await process.stdout.readline()
    if not line:
        raise CannotMeasureError("a reader ended before it was done")
    return float(json.loads(line)["seconds"])


@asynccontextmanager
async def _telegram(posts: int) -> AsyncIterator[Cluster]:
    world = World()
    chat = world.add_chat("History", username=CHAT)
    songs = [
        world.add_document(
            size=5_000_000, name=f"{number}.mp3", title=f"Song {number}", performer="Ann",
            duration=timedelta(minutes=3),
        )
        for number in range(_SONGS)
    ]  # fmt: skip
    for number in range(posts):
        when = _BEGIN + timedelta(minutes=number)
        world.post(chat, "", songs[number % _SONGS], date=when, quiet=True)
    async with Cluster(world, Faults(wire=Wire(rtt=_FAR)), centres=(HOME,)) as cluster:
        yield cluster


async def _desk(folder: Path, cluster: Cluster) -> Desk:
    user = cluster.world.add_user("Ann")
    key = cluster.mint_key(user, HOME)
    session = Session()
    session.set_dc(HOME, *cluster.address(HOME))
    session.auth_key = AuthKey(cluster.mint_key(user, HOME))
    async with open_store(folder / "data", folder / "music") as store:
        await store.accounts.save(Account(user.id, "Ann", AccountState.READY), session.dump())
    return Desk(folder, cluster, key)
