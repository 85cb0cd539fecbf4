"""A FLAC writer with verbatim subframes: lossless, uncompressed, and byte aligned throughout.

The format is that of RFC 9639.
"""

from __future__ import annotations

import struct
from array import array
from functools import cache
from hashlib import md5

RATE = 16_000
_BLOCK = 4096


def encode(samples: array[int]) -> bytes:
    """Pack signed 16-bit mono samples at 16 kHz."""
    plain = samples.tobytes()
    big_endian = array("h", samples)
    big_endian.byteswap()
    body = big_endian.tobytes()
    # Block sizes, no frame sizes; then rate (20 bits), channels (3), depth (5) and count (36).
    packed = RATE << 44 | 0 << 41 | 15 << 36 | len(samples)
    info = (
        struct.pack(">HH6xQ", _BLOCK, _BLOCK, packed) + md5(plain, usedforsecurity=False).digest()
    )
    frames = [
        _frame(number, body[at : at + 2 * _BLOCK])
        for number, at in enumerate(range(0, len(body), 2 * _BLOCK))
    ]
    return b"fLaC" + bytes((0x80, 0, 0, len(info))) + info + b"".join(frames)


def _frame(number: int, samples: bytes) -> bytes:
    # Sync; block size at the header's end (16 bits) and 16 kHz; mono and 16 bits.
    head = b"\xff\xf8" + bytes((7 << 4 | 5, 0 << 4 | 4 << 1)) + chr(number).encode()
    head += struct.pack(">H", len(samples) // 2 - 1)
    frame = head + bytes((crc(head, 8, 0x07), 0b0_000001_0)) + samples
    return frame + struct.pack(">H", crc(frame, 16, 0x8005))


def crc(data: bytes, width: int, polynomial: int) -> int:
    """Return the plain CRC (start 0, no reflection) of `width` bits."""
    table = _table(width, polynomial)
    value, shift, mask = 0, width - 8, (1 << width) - 1
    for byte in data:
        value = (value << 8 & mask) ^ table[value >> shift ^ byte]
    return value


@cache
def _table(width: int, polynomial: int) -> list[int]:
    top, mask = 1 << (width - 1), (1 << width) - 1
    table = []
    for value in range(256):
        rest = value << (width - 8)
        for _ in range(8):
            rest = (rest << 1 ^ (polynomial if rest & top else 0)) & mask
        table.append(rest)
    return table
