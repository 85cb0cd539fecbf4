"""Looks for frames of a FLAC file, above all the last: https://www.rfc-editor.org/rfc/rfc9639#section-9.

Frames do not say how long they are, so that what lies between those that are looked for could only
be told by decoding it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from downloader.metadata.soundness.checked import SOUND, TRUNCATED, Checked, piece
from downloader.metadata.soundness.frames import behind_tags
from storage.sound import Flaw

_BLOCKS = 200  # of metadata
_STREAM = 34  # bytes of the block that tells of the stream
_LONGEST_FRAME = 1 << 20
_LONGEST_HEADER = 16
_LOOKS = 16  # between the start and the end, against holes
_TAIL = 512 << 10  # bytes that tags and padding behind the sound may take
_TRIES = 20_000  # places in one look that may be the start of a frame
_BROKEN = Checked(frozenset({Flaw.BROKEN_FRAMES}))


@dataclass(frozen=True, slots=True)
class _Stream:
    """`begin` is where the sound does; `block` the samples of a frame, `longest` its bytes."""

    begin: int
    block: int
    longest: int
    samples: int


def flac(file: BinaryIO, size: int) -> Checked:
    stream = _stream(file, size)
    if stream is None or not stream.samples:
        return SOUND
    sync = piece(file, stream.begin, 2)
    if len(sync) < 2:
        return TRUNCATED
    if sync[0] != 0xFF or sync[1] not in {0xF8, 0xF9}:
        return _BROKEN
    tail = max(stream.begin, size - stream.longest - _TAIL)
    if _reached(piece(file, tail, size - tail), sync, stream) < stream.samples:
        return TRUNCATED
    step = (tail - stream.begin) // (_LOOKS + 1)
    for at in range(stream.begin + step, tail, max(step, 1)) if step > 2 * stream.longest else ():
        if not _reached(piece(file, at, stream.longest + _LONGEST_HEADER), sync, stream):
            return _BROKEN
    return SOUND


def _stream(file: BinaryIO, size: int) -> _Stream | None:
    at = behind_tags(file, size) + 4
    told = b""
    for _ in range(_BLOCKS):
        head = piece(file, at, 4 + _STREAM)
        if len(head) < 4:
            return None
        if head[0] & 0x7F == 0:
            told = head[4:]
        at += 4 + int.from_bytes(head[1:4], "big")
        if head[0] & 0x80:
            return _told(told, at) if len(told) == _STREAM else None
    return None


def _told(block: bytes, begin: int) -> _Stream:
    numbers = int.from_bytes(block[10:18], "big")  # rate, channels, bits, samples
    channels, bits = (numbers >> 41 & 7) + 1, (numbers >> 36 & 31) + 1
    samples_of_frame = int.from_bytes(block[2:4], "big")
    at_most = samples_of_frame * channels * bits // 8 + 1024
    longest = int.from_bytes(block[7:10], "big") or at_most
    return _Stream(begin, samples_of_frame, min(longest, _LONGEST_FRAME), numbers & (1 << 36) - 1)


def _reached(data: bytes, sync: bytes, stream: _Stream) -> int:
    """Return up to which sample the frames go that begin in the data, 0 where none does."""
    return max((end for end in _ends(data, sync, stream.block) if end <= stream.samples), default=0)


def _ends(data: bytes, sync: bytes, block: int) -> Iterator[int]:
    at = data.find(sync)
    for _ in range(_TRIES):
        if at < 0:
            return
        if (end := _end(data[at : at + _LONGEST_HEADER], block)) is not None:
            yield end
        at = data.find(sync, at + 1)


def _end(head: bytes, block: int) -> int | None:
    """Return the number of the sample behind a frame; None where its header's sum is wrong."""
    number = _number(head[4:])
    if number is None:
        return None
    value, length = number
    at = 4 + length
    code = head[2] >> 4
    samples, more = _samples(code, head[at : at + 2])
    at += more + {12: 1, 13: 2, 14: 2}.get(head[2] & 15, 0)
    if not samples or at >= len(head) or _sum(head[:at]) != head[at]:
        return None
    return value + samples if head[1] & 1 else value * block + samples


def _number(data: bytes) -> tuple[int, int] | None:
    """Read a number that is written as UTF-8 writes characters; return its length, too."""
    if not data:
        return None
    first = data[0]
    if first < 0x80:
        return first, 1
    length = 8 - (first ^ 0xFF).bit_length()
    if not 2 <= length <= 7 or len(data) < length:
        return None
    value = first & 0x7F >> length
    for byte in data[1:length]:
        if byte & 0xC0 != 0x80:
            return None
        value = value << 6 | byte & 0x3F
    return value, length


def _samples(code: int, more: bytes) -> tuple[int, int]:
    """Return how many samples a frame has, 0 for no such code, and the bytes that tell it."""
    if code in {6, 7}:
        length = code - 5
        return int.from_bytes(more[:length], "big") + 1, length
    if code == 0:
        return 0, 0
    if code == 1:
        return 192, 0
    return (576 << code - 2 if code < 6 else 256 << code - 8), 0


def _sum(header: bytes) -> int:
    value = 0
    for byte in header:
        value ^= byte
        for _ in range(8):
            value = (value << 1 ^ 0x07 if value & 0x80 else value << 1) & 0xFF
    return value
