"""No client at all: a reader that keeps eight connections full and never looks at what comes.

It shows what the server itself can give on this machine.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from io import BytesIO
from typing import Any

from telethon.crypto import AuthKey
from telethon.network.mtprotostate import MTProtoState
from telethon.tl.functions.upload import GetFileRequest

from bench.transfer.child import Words
from bench.transfer.contender import FILES, Site
from bench.transfer.model import KIB
from bench.transfer.senders import location
from bench.transfer.with_telethon import found, open_client

_CONNECTIONS = 8
_WINDOW = 5  # requests on each; four of them last longer than a round trip of 150 ms
_PART = 256 * KIB
_NOTICE = 1000  # bytes: what is shorter is no part, unless it is a file's end
_INTERMEDIATE = b"\xee\xee\xee\xee"  # https://core.telegram.org/mtproto/mtproto-transports
_BUFFER = 1 << 20


class Line:
    """One connection under an authorization key that the server knows already."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, state: Any
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._state = state

    def ask(self, request: Any) -> None:
        message = BytesIO()
        self._state.write_data_as_message(message, bytes(request), content_related=True)
        packet = self._state.encrypt_message_data(message.getvalue())
        self._writer.write(struct.pack("<i", len(packet)) + packet)

    async def answer(self) -> None:
        """Wait for one part, whatever is in it."""
        length = 0
        while length < _NOTICE:
            length = int.from_bytes(await self._reader.readexactly(4), "little")
            left = length
            while left:
                left -= len(await self._reader.read(left))


class Bare:
    def __init__(self, client: Any, lines: Sequence[Line]) -> None:
        self._client = client
        self._lines = lines
        self._found: dict[int, Any] = {}

    async def look_up(self, messages: Sequence[int]) -> None:
        self._found |= await found(self._client, messages)

    async def fetch(self, message: int, *, keep: bool) -> None:  # noqa: ARG002  # it keeps nothing
        document = self._found[message].document
        offsets = iter(range(0, document.size, _PART))
        waiting = dict.fromkeys(self._lines, 0)
        for _ in range(_WINDOW):
            for line in self._lines:
                waiting[line] += _ask_next(line, document, offsets)
        async with asyncio.TaskGroup() as tasks:
            for line in self._lines:
                tasks.create_task(_drain(line, waiting[line], document, offsets))

    async def digest(self, message: int) -> str | None:  # noqa: ARG002
        return None

    def facts(self, size: int) -> Words:  # noqa: ARG002
        window = f"{_WINDOW} on each of {_CONNECTIONS} connections"
        return {"part KiB": _PART // KIB, "window": window}


@asynccontextmanager
async def open_bare(site: Site) -> AsyncIterator[Bare]:
    async with open_client(site) as client, AsyncExitStack() as stack:
        lines = []
        for _ in range(_CONNECTIONS):
            reader, writer = await asyncio.open_connection(*site.addresses[FILES], limit=_BUFFER)
            stack.push_async_callback(writer.wait_closed)
            stack.callback(writer.close)
            writer.write(_INTERMEDIATE)
            state = MTProtoState(AuthKey(site.key_there), loggers=client._log)  # noqa: SLF001
            state.salt = site.salt_there
            lines.append(Line(reader, writer, state))
        yield Bare(client, lines)


def _ask_next(line: Line, document: Any, offsets: Iterator[int]) -> bool:
    """Ask for the next part; False if there is none."""
    offset = next(offsets, None)
    if offset is not None:
        line.ask(GetFileRequest(location(document), offset, _PART))
    return offset is not None


async def _drain(line: Line, waiting: int, document: Any, offsets: Iterator[int]) -> None:
    while waiting:
        await line.answer()
        waiting += _ask_next(line, document, offsets) - 1
