from __future__ import annotations

import os
import struct
from hashlib import sha256

import pytest
from telethon.crypto import AES

from sandbox.mtproto.cipher import key_id, open_packet, seal_packet
from sandbox.mtproto.violation import ProtocolViolationError

KEY = bytes(range(256))
MESSAGE = struct.pack("<qqqii", 1, 2, 3, 4, 8) + b"payload!"


def aes(message_key: bytes, side: int) -> tuple[bytes, bytes]:
    """Derive key and vector as the description of MTProto 2.0 spells them."""
    first = sha256(message_key + KEY[side : side + 36]).digest()
    second = sha256(KEY[side + 40 : side + 76] + message_key).digest()
    return first[:8] + second[8:24] + first[24:], second[:8] + first[8:24] + second[24:]


def from_client(plain: bytes) -> bytes:
    message_key = sha256(KEY[88:120] + plain).digest()[8:24]
    return key_id(KEY) + message_key + bytes(AES.encrypt_ige(plain, *aes(message_key, 0)))


def test_a_client_s_packet_is_opened() -> None:
    plain = MESSAGE + os.urandom(24)

    assert plain == open_packet(KEY, from_client(plain))


def test_a_sealed_packet_is_readable_to_the_client() -> None:
    packet = b"".join(seal_packet(KEY, [MESSAGE[:10], memoryview(MESSAGE)[10:]]))

    message_key = packet[8:24]
    plain = bytes(AES.decrypt_ige(packet[24:], *aes(message_key, 8)))
    assert packet[:8] == key_id(KEY)
    assert sha256(KEY[96:128] + plain).digest()[8:24] == message_key
    assert plain.startswith(MESSAGE)
    assert 12 <= len(plain) - len(MESSAGE) <= 1024
    assert len(plain) % 16 == 0


def test_a_changed_packet_is_refused() -> None:
    packet = bytearray(from_client(MESSAGE + bytes(24)))
    packet[40] ^= 1

    with pytest.raises(ProtocolViolationError, match="message key"):
        open_packet(KEY, bytes(packet))


@pytest.mark.parametrize("length", [0, 24, 40, 57])
def test_a_packet_of_an_impossible_length_is_refused(length: int) -> None:
    with pytest.raises(ProtocolViolationError, match="length"):
        open_packet(KEY, bytes(length))
