"""How soon the real program has a job for what is posted in one of many chats followed live."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from bench.stand import comes_true
from sandbox.product import Product, open_product
from sandbox.seed.cast import add_cast
from sandbox.stage import open_stage
from sandbox.world import Chat, World
from storage.models import Chat as Known
from storage.models import ChatKind, Origin
from storage.store import open_store
from storage.watch import Notice, Rhythm, Rules, Seen

_RULES = Rules(Rhythm(is_live=True), notice=Notice.QUIET)
_UNHEARD = timedelta(minutes=10)  # in which each chat is looked at anyway
_SIZE = 10_000  # bytes
_LOOK = 0.005  # seconds
_SETTLED = timedelta(minutes=15)
_LONGEST = timedelta(minutes=2)


@dataclass(slots=True)
class Reactions:
    """Seconds from each posting to its job, `late` those that had none in two minutes."""

    seconds: list[float] = field(default_factory=list)
    late: int = 0
    catching_up: float = 0.0  # seconds from the start until every chat was looked at


async def reactions(folder: Path, chats: int, posts: int, pause: float) -> Reactions:
    """Post so many songs, so many seconds apart on average, when every chat was looked at."""
    found = Reactions()
    async with _followed(folder, chats) as (product, world, followed):
        begin = time.perf_counter()
        await product.start()
        with closing(sqlite3.connect(f"file:{product.data / 'tad.db'}?mode=ro", uri=True)) as base:
            everybody = "select count(distinct watch_id) from watch_runs"
            await comes_true(lambda: _count(base, everybody) >= chats, within=_SETTLED)
            found.catching_up = time.perf_counter() - begin
            chance = random.Random(1)
            for number in range(posts):
                await asyncio.sleep(chance.uniform(0.5, 1.5) * pause)
                await _post(base, world, chance.choice(followed), number, found)
    return found


async def _post(
    base: sqlite3.Connection, world: World, chat: Chat, number: int, found: Reactions
) -> None:
    before = _count(base, "select count(*) from jobs")
    title = f"Song {number}"
    document = world.add_document(
        size=_SIZE, name=f"{title}.mp3", title=title, performer="Ann", duration=timedelta(minutes=3)
    )
    begin = time.perf_counter()
    world.post(chat, "", document)
    if await comes_true(
        lambda: _count(base, "select count(*) from jobs") > before, within=_LONGEST
    ):
        found.seconds.append(time.perf_counter() - begin)
    else:
        found.late += 1


@asynccontextmanager
async def _followed(
    folder: Path, count: int
) -> AsyncIterator[tuple[Product, World, Sequence[Chat]]]:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    world = World()
    cast = add_cast(world)
    chats = [
        world.add_chat(f"Chat {number}", username=f"chat_{number}", members=[cast.owner])
        for number in range(1, count + 1)
    ]
    async with (
        open_stage(world, cast.owner, cast.bot) as stage,
        open_product(stage, folder / "data", music=folder / "music") as product,
    ):
        await product.login(cast.owner)
        await _follow(product, chats, Origin(cast.owner.id, cast.owner.id))
        yield product, world, chats


async def _follow(product: Product, chats: Sequence[Chat], origin: Origin) -> None:
    """Follow all of them, as if they had been looked at one after the other in ten minutes."""
    now = datetime.now(UTC)
    async with open_store(product.data, product.music) as store:
        for number, chat in enumerate(chats, start=1):
            due = now + _UNHEARD * number / len(chats)
            known = Known(chat.marked_id, chat.title, chat.username, ChatKind.CHANNEL)
            seen = Seen(0, now)
            await store.watches.add(f"@{chat.username}", _RULES, origin, due, chat=known, seen=seen)


def _count(base: sqlite3.Connection, what: str) -> int:
    return int(base.execute(what).fetchone()[0])
