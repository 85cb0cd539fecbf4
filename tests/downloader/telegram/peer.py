"""The far end of a lane, that says what the test wants and nothing else."""

from __future__ import annotations

import asyncio
import logging
import struct
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from telethon.crypto import AuthKey
from telethon.tl import types
from telethon.tl.alltlobjects import LAYER
from telethon.tl.functions import InvokeWithLayerRequest
from telethon.tl.functions.upload import GetFileRequest
from telethon.tl.types import InputDocumentFileLocation

from downloader.telegram.answers import Bytes
from downloader.telegram.envelope import Secret
from downloader.telegram.lane import Lane
from downloader.telegram.link import Patience
from sandbox.mtproto.cipher import HEADER, open_packet, seal_packet
from sandbox.mtproto.clock import Kind, MessageClock
from sandbox.mtproto.framing import Framing
from sandbox.mtproto.messages import CONTAINER, unpack, unwrap
from sandbox.mtproto.replies import FilePart, result_of

KEY = b"\x01" + bytes(range(255))
LOGGERS: defaultdict[str, logging.Logger] = defaultdict(lambda: logging.getLogger("telethon"))
LOCATION = InputDocumentFileLocation(1, 2, b"reference", "")


def question(number: int = 0) -> GetFileRequest:
    """Ask for the part of this number."""
    return GetFileRequest(LOCATION, number * 4096, 4096)


def part(number: int = 0) -> FilePart:
    """Return what `question` is answered with."""
    return FilePart(bytes([number]) * 4096)


def bytes_of(answer: tuple[Any, float]) -> bytes:
    found, _ = answer
    assert isinstance(found, Bytes)
    return bytes(found.view)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a lane said: a request without its wrappers, and how it came."""

    id: int
    sequence: int
    packet: int
    salt: int
    request: Any
    introduced: bool


class Peer(asyncio.Protocol):
    """One connection. `clock` may be skewed, `salt` is the only one that it says is right."""

    def __init__(self, clock: MessageClock) -> None:
        self.clock = clock
        self.salt = 5
        self.seen: Counter[str] = Counter()
        self.gone = asyncio.Event()
        self._framing = Framing()
        self._heard: asyncio.Queue[Heard] = asyncio.Queue()
        self._session = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set()

    def data_received(self, data: bytes) -> None:
        for packet in self._framing.feed(data):
            plain = open_packet(KEY, packet)
            salt, self._session, packet_id, sequence, length = struct.unpack_from("<qqqii", plain)
            body = plain[HEADER : HEADER + length]
            for one in unpack(packet_id, sequence, body, self.seen):
                wrapped = unwrap(one.request)
                introduced = wrapped.layer is not None
                self._heard.put_nowait(
                    Heard(one.id, one.sequence, packet_id, salt, wrapped.request, introduced)
                )

    async def heard(self) -> Heard:
        """Wait for the next question."""
        return await self._heard.get()

    @property
    def is_asked(self) -> bool:
        return not self._heard.empty()

    def answer(self, heard: Heard, answer: Any) -> None:
        self.say(b"".join(result_of(heard.id, answer)), Kind.ANSWER, content=True)

    def say(self, body: Any, kind: Kind = Kind.NOTICE, *, content: bool = False) -> None:
        self.send(self.sealed(body, kind, content=content))

    def say_together(self, *bodies: bytes) -> None:
        """Put several messages into one container; each wants a receipt."""
        issue = self.clock.issue
        parts = [struct.pack("<qii", issue(Kind.NOTICE), 1, len(one)) + one for one in bodies]
        self.say(struct.pack("<II", CONTAINER, len(parts)) + b"".join(parts))

    def sealed(self, body: Any, kind: Kind = Kind.NOTICE, *, content: bool = False) -> bytes:
        text, number = bytes(body), self.clock.issue(kind)
        head = struct.pack("<qqqii", self.salt, self._session, number, int(content), len(text))
        return b"".join(seal_packet(KEY, [head, text]))

    def send(self, packet: bytes) -> None:
        self.write(b"".join(self._framing.frame([packet])))

    def write(self, data: bytes) -> None:
        self._transport.write(data)

    def close(self) -> None:
        self._transport.close()

    def drop(self) -> None:
        self._transport.abort()


@dataclass
class Far:
    """A data centre that connections can be made to, and what is known of it on our side."""

    patience: Patience
    secret: Secret = field(default_factory=lambda: Secret(AuthKey(KEY), salt=5))
    clock: MessageClock = field(default_factory=MessageClock)
    lanes: list[Lane] = field(default_factory=list)
    lost: list[Lane] = field(default_factory=list)
    address: tuple[str, int] = ("", 0)

    def __post_init__(self) -> None:
        self.peers: asyncio.Queue[Peer] = asyncio.Queue()

    def accept(self) -> Peer:
        peer = Peer(self.clock)
        self.peers.put_nowait(peer)
        return peer

    def new_lane(self) -> Lane:
        lane = Lane(self.secret, self.patience, introduced, LOGGERS, self.lost.append)
        self.lanes.append(lane)
        return lane

    async def lane(self) -> tuple[Lane, Peer]:
        """Open a lane, and return both its ends."""
        lane = self.new_lane()
        await lane.connect(*self.address, None)
        return lane, await self.peers.get()


def introduced(request: Any) -> Any:
    return InvokeWithLayerRequest(LAYER, request)


@asynccontextmanager
async def open_far(
    quiet: timedelta = timedelta(seconds=20), whole: timedelta = timedelta(minutes=10)
) -> AsyncIterator[Far]:
    """Listen; whoever calls decides how long silence is borne."""
    far = Far(Patience(connect=timedelta(seconds=20), quiet=quiet, whole=whole))
    server = await asyncio.get_running_loop().create_server(far.accept, "127.0.0.1", 0)
    far.address = server.sockets[0].getsockname()[:2]
    async with server:
        yield far
        for lane in far.lanes:
            lane.close()
    assert set(far.lost) == set(far.lanes)
    assert len(far.lost) == len(far.lanes)  # each was told of once


def bad_salt(heard: Heard, about: int, salt: int) -> types.BadServerSalt:
    return types.BadServerSalt(about, heard.sequence, 48, salt)


def bad_message(heard: Heard, about: int, code: int) -> types.BadMsgNotification:
    return types.BadMsgNotification(about, heard.sequence, code)


async def served(peer: Peer, *numbers: int) -> list[Heard]:
    """Answer as many questions, each with its part; return them."""
    questions = [await peer.heard() for _ in numbers]
    for one in questions:
        peer.answer(one, part(one.request.offset // 4096))
    return questions


async def exchanged(lane: Lane, peer: Peer, number: int = 0) -> Heard:
    """Ask and answer; return the question as it came."""
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(lane.ask(question(number)))
        (heard,) = await served(peer, number)
    assert bytes_of(asking.result()) == part(number).data
    return heard


async def told(kind: type[Exception], lane: Lane) -> None:
    with pytest.raises(kind):
        await lane.ask(question())
