"""Sealing and opening of encrypted packets, server side (MTProto 2.0)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256

from telethon.crypto import AES

from sandbox.mtproto.tl import Buffer, sha1_of, total
from sandbox.mtproto.violation import ProtocolViolationError

HEADER = 32  # salt, session id, message id, sequence number, length
_FROM_CLIENT, _FROM_SERVER = 0, 8  # where in the key each side takes its bytes


def key_id(key: bytes) -> bytes:
    return sha1_of(key)[-8:]


def open_packet(key: bytes, packet: bytes) -> bytes:
    """Decrypt what a client sent: header, message and padding."""
    if len(packet) < 24 + HEADER or len(packet) % 16 != 8:
        raise ProtocolViolationError("an encrypted packet of an impossible length")
    message_key = packet[8:24]
    plain: bytes = AES.decrypt_ige(packet[24:], *_aes(key, message_key, _FROM_CLIENT))
    if sha256(key[88:120] + plain).digest()[8:24] != message_key:
        raise ProtocolViolationError("message key mismatch")
    return plain


def seal_packet(key: bytes, parts: Sequence[Buffer]) -> list[Buffer]:
    """Encrypt a header and message for a client; this is where big replies are joined, once."""
    padding = os.urandom(-(total(parts) + 12) % 16 + 12)
    plain = b"".join([*parts, padding])
    digest = sha256(key[96:128])
    digest.update(plain)
    message_key = digest.digest()[8:24]
    return [
        key_id(key),
        message_key,
        AES.encrypt_ige(plain, *_aes(key, message_key, _FROM_SERVER)),
    ]


def _aes(key: bytes, message_key: bytes, side: int) -> tuple[bytes, bytes]:
    # https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector
    first = sha256(message_key + key[side : side + 36]).digest()
    second = sha256(key[side + 40 : side + 76] + message_key).digest()
    return first[:8] + second[8:24] + first[24:32], second[:8] + first[8:24] + second[24:32]
