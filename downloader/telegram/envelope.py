"""Encrypts what a lane sends and opens what it gets (https://core.telegram.org/mtproto/description)."""

from __future__ import annotations

import hmac
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

from cryptg import decrypt_ige
from telethon.crypto import AuthKey
from telethon.errors import SecurityError
from telethon.network.mtprotostate import MTProtoState
from telethon.tl.core import MessageContainer
from telethon.tl.types import MsgsAck

_OUTER = struct.Struct("<Q16s")
_INNER = struct.Struct("<qqqii")  # salt, session, message, sequence, length
_IN_CONTAINER = struct.Struct("<qii")
_CONTAINER = struct.pack("<I", MessageContainer.CONSTRUCTOR_ID)
_PADDING = range(12, 1025)


@dataclass(slots=True, eq=False)
class Secret:
    """What all lanes to one data centre share: the key, the salt of now, how wrong our clock is."""

    key: AuthKey
    salt: int = 0
    time_offset: int = 0


class Envelope:
    """One MTProto session under a secret."""

    def __init__(self, secret: Secret, loggers: Any) -> None:
        self._secret = secret
        self._state = MTProtoState(secret.key, loggers)

    def seal(self, request: bytes, acks: Sequence[int]) -> tuple[bytes, int, int]:
        """Return a packet with the request, the request's message id and that of the whole packet.

        The two differ when receipts go along, in one container.
        """
        inner = BytesIO()
        message_id = self._write(inner, request)
        if not acks:
            return self._encrypted(inner), message_id, message_id
        self._write(inner, bytes(MsgsAck(list(acks))), content_related=False)
        outer = BytesIO()
        body = _CONTAINER + struct.pack("<i", 2) + inner.getvalue()
        outer_id = self._write(outer, body, content_related=False)
        return self._encrypted(outer), message_id, outer_id

    def receipt(self, acks: Sequence[int]) -> bytes:
        """Return a packet that only says what has come."""
        inner = BytesIO()
        self._write(inner, bytes(MsgsAck(list(acks))), content_related=False)
        return self._encrypted(inner)

    def open(self, packet: memoryview) -> Iterator[tuple[int, int, memoryview]]:
        """Yield message id, sequence number and body of each message within.

        Raises SecurityError for what does not come from the other end of our key.
        """
        key_id, message_key = _OUTER.unpack_from(packet)
        secret = self._state.auth_key
        if key_id != secret.key_id:
            raise SecurityError("another key")
        key, vector = MTProtoState._calc_key(secret.key, message_key, False)  # noqa: FBT003, SLF001
        plain = decrypt_ige(bytes(packet[_OUTER.size :]), key, vector)
        digest = sha256(secret.key[96:128])
        digest.update(plain)
        if not hmac.compare_digest(digest.digest()[8:24], message_key):
            raise SecurityError("another message key")
        _, session, message_id, sequence, length = _INNER.unpack_from(plain)
        if session != self._state.id or message_id % 2 != 1:
            raise SecurityError("another session")
        if len(plain) - _INNER.size - length not in _PADDING:
            raise SecurityError("a wrong length")
        body = memoryview(plain)[_INNER.size : _INNER.size + length]
        yield from _unpacked(message_id, sequence, body)

    def set_clock(self, message_id: int) -> None:
        """Go by the server's clock from now on; `message_id` is one of its own."""
        self._secret.time_offset = self._state.update_time_offset(message_id)

    def _write(self, inner: BytesIO, body: bytes, *, content_related: bool = True) -> int:
        self._state.time_offset = self._secret.time_offset
        number: int = self._state.write_data_as_message(inner, body, content_related)
        return number

    def _encrypted(self, message: BytesIO) -> bytes:
        self._state.salt = self._secret.salt
        packet: bytes = self._state.encrypt_message_data(message.getvalue())
        return packet


def _unpacked(
    message_id: int, sequence: int, body: memoryview
) -> Iterator[tuple[int, int, memoryview]]:
    if body[:4] != _CONTAINER:
        yield message_id, sequence, body
        return
    (count,) = struct.unpack_from("<i", body, 4)
    at = 8
    for _ in range(count):
        inner_id, inner_sequence, length = _IN_CONTAINER.unpack_from(body, at)
        at += _IN_CONTAINER.size
        yield inner_id, inner_sequence, body[at : at + length]
        at += length
