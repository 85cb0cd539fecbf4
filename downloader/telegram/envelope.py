"""Encrypts what a lane sends and opens what it gets (https://core.telegram.org/mtproto/description)."""

from __future__ import annotations

import hmac
import struct
from bisect import bisect_left
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
_COUNT = struct.Struct("<I")
_IN_CONTAINER = struct.Struct("<qii")
_CONTAINER = struct.pack("<I", MessageContainer.CONSTRUCTOR_ID)
_PADDING = range(12, 1025)
_BLOCK = 16
_SHORTEST = _INNER.size + _BLOCK  # of what is encrypted
_RECENT = 500  # messages; https://core.telegram.org/mtproto/security_guidelines#checking-msg-id
_MOST_TOGETHER = 1024  # https://core.telegram.org/mtproto/service_messages#simple-container

Message = tuple[int, int, memoryview]  # id, sequence number, body


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
        self._recent: list[int] = []

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

    def open(self, packet: memoryview) -> Sequence[Message]:
        """Return the messages within: none if the packet came before, for it may be a recording.

        Raises SecurityError for what does not come from the other end of our key.
        """
        plain = self._decrypted(packet)
        _, session, message_id, sequence, length = _INNER.unpack_from(plain)
        if session != self._state.id or message_id % 2 != 1:
            raise SecurityError("another session")
        if not _is_length(length) or len(plain) - _INNER.size - length not in _PADDING:
            raise SecurityError("a wrong length")
        body = memoryview(plain)[_INNER.size : _INNER.size + length]
        return _unpacked(message_id, sequence, body) if self._is_new(message_id) else ()

    def set_clock(self, message_id: int) -> None:
        """Go by the server's clock from now on; `message_id` is one of its own."""
        self._secret.time_offset = self._state.update_time_offset(message_id)
        # Telethon does this only when it has not been told by another lane already. Else our ids
        # would go on from the last one, however far that is ahead.
        self._state._last_msg_id = 0  # noqa: SLF001

    def _decrypted(self, packet: memoryview) -> bytes:
        if len(packet) < _OUTER.size + _SHORTEST or (len(packet) - _OUTER.size) % _BLOCK:
            raise SecurityError("a wrong length")  # cryptg would panic
        key_id, message_key = _OUTER.unpack_from(packet)
        secret = self._state.auth_key
        if key_id != secret.key_id:
            raise SecurityError("another key")
        key, vector = MTProtoState._calc_key(secret.key, message_key, False)  # noqa: FBT003, SLF001
        plain: bytes = decrypt_ige(bytes(packet[_OUTER.size :]), key, vector)
        digest = sha256(secret.key[96:128])
        digest.update(plain)
        if not hmac.compare_digest(digest.digest()[8:24], message_key):
            raise SecurityError("another message key")
        return plain

    def _is_new(self, message_id: int) -> bool:
        """Remember an id, unless it is known or too old for us to tell."""
        recent, place = self._recent, bisect_left(self._recent, message_id)
        if recent[place : place + 1] == [message_id] or (place == 0 and len(recent) == _RECENT):
            return False
        recent.insert(place, message_id)
        del recent[:-_RECENT]
        return True

    def _write(self, inner: BytesIO, body: bytes, *, content_related: bool = True) -> int:
        self._state.time_offset = self._secret.time_offset
        number: int = self._state.write_data_as_message(inner, body, content_related)
        return number

    def _encrypted(self, message: BytesIO) -> bytes:
        self._state.salt = self._secret.salt
        packet: bytes = self._state.encrypt_message_data(message.getvalue())
        return packet


def _unpacked(message_id: int, sequence: int, body: memoryview) -> list[Message]:
    """Return the messages of a container, all of them, or the only one."""
    if body[:4] != _CONTAINER:
        return [(message_id, sequence, body)]
    try:
        contents = list(_contents(body))
    except struct.error as error:
        raise SecurityError("a container that ends too early") from error
    if any(inner[:4] == _CONTAINER for *_, inner in contents):
        raise SecurityError("a container in a container")
    return contents


def _contents(body: memoryview) -> Iterator[Message]:
    (count,) = _COUNT.unpack_from(body, 4)
    if count > _MOST_TOGETHER:
        raise SecurityError("a container of too many")
    rest = body[8:]
    for _ in range(count):
        message_id, sequence, length = _IN_CONTAINER.unpack_from(rest)
        rest = rest[_IN_CONTAINER.size :]
        if not _is_length(length) or length > len(rest):
            raise SecurityError("a wrong length")
        yield message_id, sequence, rest[:length]
        rest = rest[length:]


def _is_length(length: int) -> bool:
    return length >= 0 and length % 4 == 0
