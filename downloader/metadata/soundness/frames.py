"""Walks a chain of frames, each of which says how long it is.

A frame begins with some set bits that sound may hold as well, so where the chain breaks, it goes on
only where a few frames follow each other. Broken is what players would be heard to stumble over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from downloader.kinds import id3_length
from downloader.metadata.soundness.checked import piece, spans

_PIECE = 1 << 20
HEADER = 7  # bytes by which a length is told, at most
_IN_A_ROW = 3  # frames that make it certain that they are some
_LONGEST_ROW = 3 << 13
_TRIES = 100_000  # places at which the next frame is looked for, in all
_GAPS = 3  # fewer may come of joining files
_LOST = 100  # that share of the bytes, too
_MOST_STOPS = 200  # of a walk, after which it is given up
_MOST_TAGS = 20  # before the sound
_PADDING = 1 << 16  # more zeros than that are what a download left that never came to its end
_TAILS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN")


@dataclass(frozen=True, slots=True)
class Family:
    """`length_at` tells the bytes of the frame at an offset, 0 where none begins.

    Frames of one stream have the bits of `mask` in common, of their second and third byte.
    """

    length_at: Callable[[bytes, int], int]
    mask: int
    common: int | None = None

    def of(self, header: bytes) -> Family:
        """Narrow it down to the stream that a frame is of."""
        return Family(self.length_at, self.mask, self._common(header, 0))

    def first(self, data: bytes, walk: Walk) -> int | None:
        """Return where a few frames begin that follow each other; None where there are none."""
        at = data.find(0xFF)
        while 0 <= at <= len(data) - HEADER and walk.tries < _TRIES:
            walk.tries += 1
            if self._is_row(data, at):
                return at
            at = data.find(0xFF, at + 1)
        return None

    def _is_row(self, data: bytes, at: int) -> bool:
        common = self._common(data, at) if self.common is None else self.common
        for _ in range(_IN_A_ROW):
            if at + HEADER > len(data) or self._common(data, at) != common:
                return False
            length = self.length_at(data, at)
            if not length:
                return False
            at += length
        return True

    def _common(self, data: bytes, at: int) -> int:
        return (data[at + 1] << 8 | data[at + 2]) & self.mask


@dataclass(slots=True)
class Walk:
    """How far a walk is. What is `lost` are bytes between frames."""

    frames: int = 0
    bytes: int = 0
    gaps: int = 0
    lost: int = 0
    tries: int = 0
    stops: int = 0
    is_whole: bool = True
    is_cut: bool = False

    @property
    def is_broken(self) -> bool:
        return self.gaps >= _GAPS or self.lost * _LOST > self.bytes + self.lost


def walked(file: BinaryIO, family: Family, start: int, size: int) -> Walk:
    """Walk from `start` to the end of a file of that size, or over both its ends."""
    walk = Walk()
    for begin, end in spans(start, size):
        walk.is_whole = walk.is_whole and (begin, end) == (start, size)
        _walk(file, family, begin, end, walk)
    return walk


def behind_tags(file: BinaryIO, size: int) -> int:
    """Return where the tags end that a file begins with."""
    at = 0
    for _ in range(_MOST_TAGS):
        at += id3_length(piece(file, at, 16))
    return min(at, size)


def _walk(file: BinaryIO, family: Family, at: int, end: int, walk: Walk) -> None:
    is_chain = False
    while at + HEADER <= end:
        data = piece(file, at, min(_PIECE, end - at))
        ran = _run(data, family, walk)
        at += ran
        if ran + HEADER > len(data) and data:
            is_chain = True
            continue
        walk.stops += 1
        if walk.stops > _MOST_STOPS:
            walk.is_whole = False
            return
        data = data[ran:]
        if len(data) < 2 * _LONGEST_ROW and at + len(data) < end:
            data = piece(file, at, min(_PIECE, end - at))
        if data.startswith(_TAILS):
            return
        if (zeros := _zeros(file, data, at, end)) == end - at:
            walk.is_cut = zeros > _PADDING
            return
        if tag := id3_length(data):  # of a file that was put behind another
            at += tag
            continue
        passed, is_found = _found(family, data, walk, is_last=at + len(data) >= end)
        if is_chain or ran or not is_found:
            walk.lost += passed
            walk.gaps += is_found
        at += passed
        is_chain = is_found
    if at > end:  # the last frame is cut
        walk.frames -= 1


def _run(data: bytes, family: Family, walk: Walk) -> int:
    """Return how far the chain goes; its last frame may go further than the data."""
    at = frames = 0
    last = len(data) - HEADER
    length_at, mask, common = family.length_at, family.mask, family.common
    while at <= last:
        length = length_at(data, at)
        if not length or (data[at + 1] << 8 | data[at + 2]) & mask != common:
            break
        at += length
        frames += 1
    walk.frames += frames
    walk.bytes += at
    return at


def _found(family: Family, data: bytes, walk: Walk, *, is_last: bool) -> tuple[int, bool]:
    """Return how many bytes to pass over, and whether the chain goes on there."""
    at = family.first(data, walk)
    if at is not None:
        return at, True
    return len(data) if is_last else max(1, len(data) - _LONGEST_ROW), False


def _zeros(file: BinaryIO, data: bytes, at: int, end: int) -> int:
    """Return how many bytes are zeros from `at` on, of which the data is the beginning."""
    begin = at
    while data and not data.strip(b"\0"):
        at += len(data)
        data = piece(file, at, min(_PIECE, end - at)) if at < end else b""
    return at - begin
