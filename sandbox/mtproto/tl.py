"""Bytes as MTProto writes them: TL values without copies of big buffers, numbers, hashes."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha1

Buffer = bytes | bytearray | memoryview


def wrapped_bytes(data: Buffer) -> list[Buffer]:
    """Write a TL `bytes` value as parts: its length, the data untouched, its padding."""
    count = len(data)
    head = bytes([count]) if count < 254 else b"\xfe" + count.to_bytes(3, "little")
    return [head, data, bytes(-(len(head) + count) % 4)]


def joined_bytes(data: Buffer) -> bytes:
    return b"".join(wrapped_bytes(data))


def total(parts: Sequence[Buffer]) -> int:
    return sum(map(len, parts))


def big_endian(number: int) -> bytes:
    """Write a number in as few bytes as it needs, as the key exchange wants its primes."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def sha1_of(*parts: Buffer) -> bytes:
    """Hash as the older half of MTProto does; nothing here depends on its strength."""
    return sha1(b"".join(parts), usedforsecurity=False).digest()
