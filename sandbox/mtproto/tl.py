"""The few pieces of TL serialisation that are written by hand, without copying big buffers."""

from __future__ import annotations

from collections.abc import Sequence

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
