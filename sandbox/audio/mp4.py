"""A minimal MP4 container for one AAC track (ISO 14496-12 and -14)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from sandbox.audio import aac

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def pack(units: Sequence[bytes]) -> bytes:
    """Return a file whose samples all lie in one chunk."""
    head = _box(b"ftyp", b"M4A \0\0\0\0", b"M4A mp42isom")
    # The offset of the chunk depends on the size of moov, which does not depend on the offset.
    offset = len(head) + len(_moov(units, 0)) + 8
    return head + _moov(units, offset) + _box(b"mdat", *units)


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def _full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    return _box(kind, struct.pack(">I", flags), *parts)


def _moov(units: Sequence[bytes], offset: int) -> bytes:
    duration = len(units) * aac.BLOCK
    times = struct.pack(">4I", 0, 0, aac.RATE, duration)
    movie = struct.pack(">IH10x", 0x10000, 0x100) + _MATRIX + struct.pack(">24xI", 2)
    track = struct.pack(">5I8x4H", 0, 0, 1, 0, duration, 0, 0, 0x100, 0) + _MATRIX + bytes(8)
    media = _box(
        b"mdia",
        _full(b"mdhd", times, struct.pack(">2H", 0x55C4, 0)),  # language "und"
        _full(b"hdlr", struct.pack(">I4s12xx", 0, b"soun")),
        _box(b"minf", _full(b"smhd", bytes(4)), _data_information(), _samples(units, offset)),
    )
    track_header = _full(b"tkhd", track, flags=7)
    return _box(b"moov", _full(b"mvhd", times, movie), _box(b"trak", track_header, media))


def _data_information() -> bytes:
    here = _full(b"url ", flags=1)
    return _box(b"dinf", _full(b"dref", struct.pack(">I", 1), here))


def _samples(units: Sequence[bytes], offset: int) -> bytes:
    count = len(units)
    entry = _box(
        b"mp4a",
        struct.pack(">6xH8x2H4xI", 1, 1, 16, aac.RATE << 16),
        _full(b"esds", _stream_descriptor(max(len(unit) for unit in units))),
    )
    sizes = struct.pack(f">{count}I", *(len(unit) for unit in units))
    return _box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), entry),
        _full(b"stts", struct.pack(">3I", 1, count, aac.BLOCK)),
        _full(b"stsc", struct.pack(">4I", 1, 1, count, 1)),
        _full(b"stsz", struct.pack(">2I", 0, count), sizes),
        _full(b"stco", struct.pack(">2I", 1, offset)),
    )


def _stream_descriptor(largest: int) -> bytes:
    specific = _descriptor(5, aac.CONFIG)
    # Object type 0x40 is AAC, stream type 5 is audio; buffer size, then the two bit rates.
    rates = struct.pack(">BBBHII", 0x40, 5 << 2 | 1, 0, largest, 16_000, 16_000)
    return _descriptor(3, struct.pack(">HB", 1, 0), _descriptor(4, rates, specific), b"\x06\1\2")


def _descriptor(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return bytes((tag, len(body))) + body
