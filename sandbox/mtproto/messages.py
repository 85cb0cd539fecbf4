"""Taking apart what a client packed together: containers, gzip, acknowledgements, wrappers."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from telethon.errors import TypeNotFoundError
from telethon.extensions import BinaryReader
from telethon.tl import functions

from sandbox.mtproto.replies import GZIP_PACKED
from sandbox.mtproto.violation import ProtocolViolationError

CONTAINER = 0x73F1F8DC
ACKNOWLEDGEMENT = 0x62D6B459
_MAX_UNPACKED = 1 << 20
_MAX_MESSAGES = (
    1024  # in a container, https://core.telegram.org/mtproto/service_messages#containers
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A request this server has no words for."""

    constructor: int


@dataclass(frozen=True, slots=True)
class Message:
    id: int
    sequence: int
    request: Any  # a TL object, or Unknown


def unpack(message_id: int, sequence: int, body: bytes, seen: Counter[str]) -> Iterator[Message]:
    """Yield the requests of one message in order; what needs no answer is only counted."""
    constructor = _constructor(body)
    if constructor == CONTAINER:
        seen["containers"] += 1
        for inner_id, inner_sequence, inner in _contents(body):
            yield from unpack(inner_id, inner_sequence, inner, seen)
    elif constructor == GZIP_PACKED:
        seen["gzip_in"] += 1
        yield from unpack(message_id, sequence, _unzipped(body), seen)
    elif constructor == ACKNOWLEDGEMENT:
        seen["acks"] += 1
    else:
        yield Message(message_id, sequence, parse(body))


def parse(body: bytes) -> Any:
    try:
        return BinaryReader(body).tgread_object()
    except TypeNotFoundError as error:
        return Unknown(error.invalid_constructor_id)
    except (BufferError, struct.error, ValueError) as error:
        raise ProtocolViolationError("a request that ends too early") from error


def _constructor(body: bytes) -> int:
    if len(body) < 4:
        raise ProtocolViolationError("an empty message")
    return int.from_bytes(body[:4], "little")


def _contents(body: bytes) -> Iterator[tuple[int, int, bytes]]:
    count = int.from_bytes(body[4:8], "little")
    if count > _MAX_MESSAGES:
        raise ProtocolViolationError(f"a container of {count} messages")
    at = 8
    for _ in range(count):
        if at + 16 > len(body):
            raise ProtocolViolationError("a container that ends too early")
        message_id, sequence, length = struct.unpack_from("<qii", body, at)
        at += 16
        yield message_id, sequence, body[at : at + length]
        at += length


def _unzipped(body: bytes) -> bytes:
    """Unpack with a limit: a few bytes may claim to be gigabytes."""
    data: bytes = BinaryReader(body[4:]).tgread_bytes()
    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(data, _MAX_UNPACKED)
    except zlib.error as error:
        raise ProtocolViolationError("not gzip") from error
    if unpacker.unconsumed_tail:
        raise ProtocolViolationError("a request that unpacks to too much")
    return text


@dataclass(slots=True)
class Envelope:
    """What a client wrapped around its request."""

    request: Any
    layer: int | None = None
    model: str | None = None
    silent: bool = False  # wants no updates on this session
    takeout: int | None = None


def unwrap(request: Any) -> Envelope:
    """Take the wrappers off a request."""
    envelope = Envelope(request)
    while True:
        match envelope.request:
            case functions.InvokeWithLayerRequest(layer=layer):
                envelope.layer = layer
            case functions.InitConnectionRequest(device_model=model):
                envelope.model = model
            case functions.InvokeWithoutUpdatesRequest():
                envelope.silent = True
            case functions.InvokeWithTakeoutRequest(takeout_id=takeout):
                envelope.takeout = takeout
            case (
                # Requests are carried out in the order of their coming, so `after` is always met.
                functions.InvokeAfterMsgRequest()
                | functions.InvokeAfterMsgsRequest()
                | functions.InvokeWithMessagesRangeRequest()
            ):
                pass
            case _:
                return envelope
        envelope.request = envelope.request.query
