"""Files in a data centre, both ends of the lanes to it, and what a test does with them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from downloader.conduct import Conducts
from downloader.errors import (
    OfflineError,
)
from downloader.manners import MANNERS, Temper
from downloader.move import Pace
from downloader.room import Room
from downloader.source import RemoteFile
from downloader.telegram.lane import Lane
from downloader.telegram.source import TelethonSource
from downloader.transfer import Carrier
from downloader.window import Limits
from sandbox.faults import Rule
from sandbox.mtproto.connection import Connection
from sandbox.mtproto.framing import Intermediate
from sandbox.world import Document
from storage.models import Order, Request
from tests.downloader.telegram.stand import KIB, Stand, body_of, part

GET = "upload.getFile"


def widen(stand: Stand, **limits: Any) -> None:
    """Let every document come at once, over as many lanes as told."""
    manners = replace(MANNERS[Temper.NORMAL], limits=Limits(**limits))
    stand.conducts = Conducts(manners, stand.clock)


@asynccontextmanager
async def opened(
    stand: Stand, *sizes: int, dc: int = 2
) -> AsyncIterator[tuple[TelethonSource, list[tuple[RemoteFile, Document]]]]:
    """Open the songs of a chat, one for each size."""
    chat = stand.world.add_chat("Jazz", username="jazz")
    posts = [stand.song(chat, number, size=size, dc=dc) for number, size in enumerate(sizes)]
    async with stand.source() as source:
        request = Request("@jazz", 99, Order.OLDEST)
        found = [one async for one in source.audio(await source.chat("@jazz"), request)]
        files = [await source.open(audio) for audio in found]
        documents = [post.document for post in posts if post.document]
        yield source, list(zip(files, documents, strict=True))


def lanes_of(source: TelethonSource, dc: int = 2) -> list[Lane]:
    return list(source._centres.of(dc)._lanes)


def far_ends(stand: Stand, dc: int = 2) -> list[Connection]:
    """Return the server's ends of the lanes on which something was asked."""
    return [
        one
        for one in stand.cluster._visitors
        if isinstance(one, Connection) and one.dc == dc
        if isinstance(one._framing._transport, Intermediate)
    ]


async def seen(happens: Callable[[], bool]) -> None:
    """Let the others go on until it happens."""
    while not happens():  # noqa: ASYNC110  # nobody tells of it
        await asyncio.sleep(0)


async def told_offline(file: RemoteFile, offset: int = 0) -> None:
    with pytest.raises(OfflineError):
        await part(file, offset, 128 * KIB)


def muted(stand: Stand, times: int | None = None) -> tuple[Rule, asyncio.Queue[Any]]:
    """Let no part be answered; the requests that come are in the queue."""
    asked: asyncio.Queue[Any] = asyncio.Queue()

    def note(request: Any) -> bool:
        asked.put_nowait(request)
        return True

    return stand.faults.add(Rule(GET, mute=True, times=times, when=note)), asked


async def fetched(stand: Stand, file: RemoteFile, document: Document) -> bool:
    """Fetch as the engine does, and tell whether all has come as it should."""
    carrier = Carrier(stand.store, Room(stand.store.files, stand.clock, 0), stand.clock, Pace())
    await carrier.fetch(file, document.id, None, lambda _: None)
    opened = await stand.store.files.open_part(document.id)
    assert opened is not None
    async with opened:
        return await opened.read(0, document.size + 1) == body_of(document)
