from __future__ import annotations

import gzip
import struct
from collections import Counter

import pytest
from telethon import functions, types

from sandbox.mtproto.messages import CONTAINER, Unknown, unpack, unwrap
from sandbox.mtproto.replies import GZIP_PACKED, packed
from sandbox.mtproto.tl import joined_bytes
from sandbox.mtproto.violation import ProtocolViolationError

PING = bytes(functions.PingRequest(7))
ACK = bytes(types.MsgsAck([1, 2]))


def container(*bodies: bytes, count: int | None = None) -> bytes:
    head = struct.pack("<Ii", CONTAINER, len(bodies) if count is None else count)
    inner = (
        struct.pack("<qii", 100 + place, place, len(body)) + body
        for place, body in enumerate(bodies)
    )
    return head + b"".join(inner)


def zipped(body: bytes) -> bytes:
    return b"".join(packed([body]))


def unpacked(body: bytes) -> tuple[list[tuple[int, object]], Counter[str]]:
    seen: Counter[str] = Counter()
    found = [(message.id, message.request) for message in unpack(1, 0, body, seen)]
    return found, seen


def test_a_container_is_its_messages_in_order() -> None:
    found, seen = unpacked(container(PING, ACK, zipped(PING)))

    assert [100, 102] == [message_id for message_id, _ in found]
    assert {"containers": 1, "acks": 1, "gzip_in": 1} == seen


def test_a_zipped_container_is_unpacked() -> None:
    found, seen = unpacked(zipped(container(PING, PING)))

    assert [100, 101] == [message_id for message_id, _ in found]
    assert {"containers": 1, "gzip_in": 1} == seen


def test_a_request_nobody_knows_is_named_by_its_number() -> None:
    found, _ = unpacked(struct.pack("<I", 0xDEADBEEF))

    assert [(1, Unknown(0xDEADBEEF))] == found


def bomb() -> bytes:
    data = gzip.compress(bytes(32 << 20))
    return struct.pack("<I", GZIP_PACKED) + joined_bytes(data)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"abc",
        PING[:8],
        container(PING, count=2),
        container(PING, count=5000),
        struct.pack("<I", GZIP_PACKED) + joined_bytes(b"this is not gzip"),
        bomb(),
    ],
)
def test_nonsense_is_a_violation(body: bytes) -> None:
    with pytest.raises(ProtocolViolationError):
        unpacked(body)


def test_wrappers_are_taken_off_and_remembered() -> None:
    inner = functions.updates.GetStateRequest()
    hello = functions.InitConnectionRequest(
        1, "Phone", "1", "1", "en", "", "en", functions.InvokeWithTakeoutRequest(5, inner)
    )
    request = functions.InvokeWithLayerRequest(
        229,
        functions.InvokeWithoutUpdatesRequest(
            functions.InvokeAfterMsgRequest(3, functions.InvokeAfterMsgsRequest([4], hello))
        ),
    )

    envelope = unwrap(request)

    assert envelope.request is inner
    assert (envelope.layer, envelope.model, envelope.takeout) == (229, "Phone", 5)
    assert envelope.silent


def test_a_range_of_messages_is_taken_off() -> None:
    inner = functions.updates.GetStateRequest()

    ranged = functions.InvokeWithMessagesRangeRequest(types.MessageRange(1, 2), inner)

    assert unwrap(ranged).request is inner
