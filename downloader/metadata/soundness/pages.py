"""Walks the pages of an Ogg file, each of which is numbered and has a sum over all its bytes.

https://www.rfc-editor.org/rfc/rfc3533#section-6. That no page is marked as the last one says
nothing: there are encoders that mark none.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import BinaryIO

from downloader.metadata.soundness.checked import Checked, piece, spans
from storage.sound import Flaw

_MAGIC = b"OggS"
_HEADER = struct.Struct("<4sBBqIIIB")
_SUM_AT = slice(22, 26)
_BEGINS = 2  # the flag of the first page of a stream
_PIECE = 1 << 16
_MOST = 300_000  # pages
_HEADS = 20  # the numbers of the first pages jump where a tag with a cover was written carelessly
# The sum takes the bits of each byte the other way round than zlib does.
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(slots=True)
class _Walk:
    flaws: set[Flaw] = field(default_factory=set)
    pages: int = 0
    next_number: dict[int, int] = field(default_factory=dict)


def ogg(file: BinaryIO, size: int) -> Checked:
    walk = _Walk()
    for begin, end in spans(0, size):
        walk.next_number.clear()
        at = begin if begin == 0 else _found(file, begin, end)
        while at is not None and at < end and walk.pages < _MOST:
            walk.pages += 1
            at = _passed(file, at, size, walk)
            if at is not None and at < end and not _is_page(file, at):
                at = _resumed(file, at, end, walk)
    return Checked(frozenset(walk.flaws))


def _passed(file: BinaryIO, at: int, size: int, walk: _Walk) -> int | None:
    """Look at one page; return where it ends, None where the file does before it."""
    header = piece(file, at, _HEADER.size)
    if len(header) < _HEADER.size:
        walk.flaws.add(Flaw.TRUNCATED)
        return None
    _, _, flags, _, stream, number, told, segments = _HEADER.unpack(header)
    table = file.read(segments)
    body = file.read(sum(table))
    end = at + _HEADER.size + len(table) + sum(table)
    if end > size or len(table) < segments:
        walk.flaws.add(Flaw.TRUNCATED)
        return None
    page = bytearray(header + table + body)
    page[_SUM_AT] = bytes(4)
    wanted = walk.next_number.get(stream, number)
    is_off = number != wanted and number > _HEADS and not flags & _BEGINS
    if is_off or sum_of(page) != told:
        walk.flaws.add(Flaw.BROKEN_FRAMES)
    walk.next_number[stream] = number + 1
    return end


def sum_of(page: bytes | bytearray) -> int:
    """Return the sum of a page whose own sum is left zero."""
    mirrored = zlib.crc32(page.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(mirrored.to_bytes(4, "big").translate(_MIRRORED)[::-1], "big")


def _is_page(file: BinaryIO, at: int) -> bool:
    return piece(file, at, 4) == _MAGIC


def _resumed(file: BinaryIO, at: int, end: int, walk: _Walk) -> int | None:
    """Return where pages go on behind bytes that are none; a tag may be at the end."""
    found = _found(file, at, end)
    if found is not None:
        walk.flaws.add(Flaw.BROKEN_FRAMES)
    return found


def _found(file: BinaryIO, at: int, end: int) -> int | None:
    while at < end:
        data = piece(file, at, min(_PIECE, end - at))
        found = data.find(_MAGIC)
        if found >= 0:
            return at + found
        if len(data) < len(_MAGIC):
            return None
        at += len(data) - len(_MAGIC) + 1
    return None
