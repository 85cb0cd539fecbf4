"""Short numbers by which words and names are looked up."""

from __future__ import annotations

from zlib import crc32

_MIDDLE = 1 << 31


def checksum(text: str) -> int:
    """Return a number of 32 bits, with a sign: so SQLite stores it in four bytes, not six."""
    return crc32(text.encode()) - _MIDDLE
