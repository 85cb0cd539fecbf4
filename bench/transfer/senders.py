"""Two common ways around one connection, in a small version of each.

`SeveralSenders` is what many bots over Telethon do: more connections for a larger file, opened for
it and closed after it, one request on each, and all of a round waited for before the next.
`TdlLike` keeps four connections, each lent for one request of 1 MiB at a time.
"""

from __future__ import annotations

import asyncio
import copy
import os
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from telethon import utils
from telethon.network import MTProtoSender
from telethon.tl.alltlobjects import LAYER
from telethon.tl.functions import InvokeWithLayerRequest
from telethon.tl.functions.auth import ExportAuthorizationRequest, ImportAuthorizationRequest
from telethon.tl.functions.help import GetConfigRequest
from telethon.tl.functions.upload import GetFileRequest
from telethon.tl.types import InputDocumentFileLocation

from bench.transfer.child import Words
from bench.transfer.contender import FILES, Shelf, Site
from bench.transfer.model import KIB, MB, MIB
from bench.transfer.with_telethon import found, open_client

_ALLOWED = 8  # connections that the server lets an account have
_SENDERS, _LARGE = 20, 100 * MB  # so many for so large a file, fewer for smaller ones
_LENT = 4
_THREADS = ((MIB, 1), (5 * MIB, 2), (20 * MIB, 4))  # below so many bytes; more have no connection


class Doors:
    """Opens connections to the centre of the files; its key is made once, with an export."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._key: Any = None
        self._opening = asyncio.Lock()

    async def open(self) -> Any:
        async with self._opening:
            if self._key is None:
                return await self._first()
        return await self._opened(self._key, GetConfigRequest())

    async def _first(self) -> Any:
        login = await self._client(ExportAuthorizationRequest(FILES))
        request = ImportAuthorizationRequest(id=login.id, bytes=login.bytes)
        sender = await self._opened(None, request)
        self._key = sender.auth_key
        return sender

    async def _opened(self, key: Any, request: Any) -> Any:
        client = self._client
        there = await client._get_dc(FILES)  # noqa: SLF001  # as everybody does it
        sender = MTProtoSender(key, loggers=client._log)  # noqa: SLF001
        await sender.connect(
            client._connection(there.ip_address, there.port, there.id, loggers=client._log)  # noqa: SLF001
        )
        introduction = copy.copy(client._init_request)  # noqa: SLF001
        introduction.query = request
        await sender.send(InvokeWithLayerRequest(LAYER, introduction))
        return sender


class OnTelethon(ABC):
    """What both have in common."""

    def __init__(self, client: Any, shelf: Shelf) -> None:
        self._client = client
        self._shelf = shelf
        self._doors = Doors(client)
        self._found: dict[int, Any] = {}

    async def look_up(self, messages: Sequence[int]) -> None:
        self._found |= await found(self._client, messages)

    async def fetch(self, message: int, *, keep: bool) -> None:
        with _opened(self._shelf.path(message, keep=keep)) as file:
            await self._bring(self._found[message].document, file)

    async def digest(self, message: int) -> str | None:
        return await asyncio.to_thread(self._shelf.digest, message)

    @abstractmethod
    async def _bring(self, document: Any, file: int) -> None:
        """Write the whole document."""


class SeveralSenders(OnTelethon):
    def facts(self, size: int) -> Words:
        connections = _senders(size)
        window = f"1 on each of {connections} connections, in rounds"
        return {"part KiB": _part(size) // KIB, "window": window}

    async def _bring(self, document: Any, file: int) -> None:
        part = _part(document.size)
        senders = [await self._doors.open() for _ in range(_senders(document.size))]
        try:
            for start in range(0, document.size, part * len(senders)):
                await _round(file, senders, document, start, part)
        finally:
            for sender in senders:
                await sender.disconnect()


class TdlLike(OnTelethon):
    def __init__(self, client: Any, shelf: Shelf) -> None:
        super().__init__(client, shelf)
        self._free: asyncio.Queue[Any] = asyncio.Queue()

    async def open(self) -> None:
        for _ in range(_LENT):
            self._free.put_nowait(await self._doors.open())

    async def close(self) -> None:
        while not self._free.empty():
            await self._free.get_nowait().disconnect()

    def facts(self, size: int) -> Words:
        window = f"1 on each of {_LENT} connections, {_threads(size)} for one file"
        return {"part KiB": MIB // KIB, "window": window}

    async def _bring(self, document: Any, file: int) -> None:
        offsets = iter(range(0, document.size, MIB))
        async with asyncio.TaskGroup() as tasks:
            for _ in range(_threads(document.size)):
                tasks.create_task(self._thread(document, file, offsets))

    async def _thread(self, document: Any, file: int, offsets: Iterator[int]) -> None:
        for offset in offsets:
            sender = await self._free.get()
            try:
                await _part_to(file, sender, document, offset, MIB)
            finally:
                self._free.put_nowait(sender)


@asynccontextmanager
async def open_senders(site: Site) -> AsyncIterator[SeveralSenders]:
    async with open_client(site) as client:
        yield SeveralSenders(client, Shelf(site.folder))


@asynccontextmanager
async def open_tdl_like(site: Site) -> AsyncIterator[TdlLike]:
    async with open_client(site) as client:
        contender = TdlLike(client, Shelf(site.folder))
        await contender.open()
        try:
            yield contender
        finally:
            await contender.close()


def location(document: Any) -> InputDocumentFileLocation:
    return InputDocumentFileLocation(
        document.id, document.access_hash, document.file_reference, thumb_size=""
    )


async def _round(file: int, senders: Sequence[Any], document: Any, start: int, part: int) -> None:
    offsets = range(start, document.size, part)
    async with asyncio.TaskGroup() as tasks:
        for sender, offset in zip(senders, offsets, strict=False):
            tasks.create_task(_part_to(file, sender, document, offset, part))


async def _part_to(file: int, sender: Any, document: Any, offset: int, limit: int) -> None:
    answer = await sender.send(GetFileRequest(location(document), offset, limit))
    os.pwrite(file, answer.bytes, offset)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        yield file
    finally:
        os.close(file)


def _senders(size: int) -> int:
    return min(_ALLOWED, -(-size * _SENDERS // _LARGE))


def _part(size: int) -> int:
    return int(utils.get_appropriated_part_size(size)) * KIB


def _threads(size: int) -> int:
    return next((threads for below, threads in _THREADS if size < below), _LENT)
