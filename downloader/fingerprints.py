"""Tells by the fingerprints of two tracks whether they sound the same. Pure.

A fingerprint (Chromaprint's) has 32 bits for each eighth of a second, which say how the notes of
the scale rise and fall. Encoders turn a few of the bits over; of two songs that have nothing in
common half of them differ. A cut or a pause at the start moves all of them.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import accumulate
from operator import xor

LEEWAY = timedelta(seconds=7)  # by so much the lengths of one recording may differ
_ITEM = 4  # bytes
_PER_SECOND = 8.08  # items: 11,025 samples a second, one item for each 1,365 of them
_SHIFT = round(LEEWAY.total_seconds() * _PER_SECOND)
_LEAST = round(10 * _PER_SECOND)  # items of which anything can be told
_VARIED = 20  # in so many items at least one must be new
# Of the bits, below which it is the same. Of real music, encoded anew down to Opus at 32 kbit/s,
# cut or padded, less than 6 % differ; more than 13 % where it is played 5 % faster, and 39 % of
# other pieces.
_SAME = 0.1
_OUTLINE_BITS = 32
_ALIKE = 6  # bits that the outlines of one recording may differ in, as one in twenty others do
_PROBE = 128  # items that are looked for in the other one
_TRIED = 8  # places that they fit best in


@dataclass(frozen=True)
class Fingerprint:
    """The items as Chromaprint has them, little-endian, from the start of the track."""

    items: bytes

    @property
    def says_something(self) -> bool:
        """Tell whether it is of music: a short noise, or silence, is like many others."""
        values = self.values
        return len(values) >= _LEAST and len(set(values)) * _VARIED >= len(values)

    @property
    def values(self) -> list[int]:
        return list(struct.unpack(f"<{len(self)}I", self.items))

    @property
    def packed(self) -> bytes:
        """The items as they are stored: each is much like the one before it."""
        values = self.values
        steps = (value ^ before for value, before in zip(values, (0, *values), strict=False))
        return zlib.compress(struct.pack(f"<{len(self)}I", *steps), 9)

    @cached_property
    def outline(self) -> int:
        """Tell what most items have in each bit, by which most others need not be compared."""
        values = self.values
        half = len(values) / 2
        ones = (sum(value >> bit & 1 for value in values) for bit in range(_OUTLINE_BITS))
        return sum((count > half) << bit for bit, count in enumerate(ones))

    def __len__(self) -> int:
        return len(self.items) // _ITEM

    def piece(self, start: int, count: int) -> int:
        """Return the bits of so many items as one number."""
        return int.from_bytes(self.items[start * _ITEM : (start + count) * _ITEM], "little")


def unpacked(packed: bytes) -> Fingerprint:
    steps = Fingerprint(zlib.decompress(packed)).values
    return Fingerprint(struct.pack(f"<{len(steps)}I", *accumulate(steps, xor)))


def may_be_same(outline: int, other: int) -> bool:
    return (outline ^ other).bit_count() <= _ALIKE


def is_same(one: Fingerprint, other: Fingerprint) -> bool:
    return difference(one, other) < _SAME


def difference(one: Fingerprint, other: Fingerprint) -> float:
    """Return which part of the bits differs where they fit best; 1.0 where nothing can be told."""
    short, long = sorted((one, other), key=len)
    likely = sorted(_probed(short, long))[:_TRIED]
    return min((_at(short, long, shift) for _, shift in likely), default=1.0)


def _probed(one: Fingerprint, other: Fingerprint) -> Iterator[tuple[int, int]]:
    """Yield how many bits differ of a piece from the middle, and by how much it was shifted.

    The other one is at least as long.
    """
    if len(one) < _LEAST:
        return
    count = min(_PROBE, len(one) // 2)
    start = (len(one) - count) // 2
    piece = one.piece(start, count)
    lowest = max(-_SHIFT, -start)
    highest = min(_SHIFT, len(other) - count - start)
    for shift in range(lowest, highest + 1):
        yield (piece ^ other.piece(start + shift, count)).bit_count(), shift


def _at(one: Fingerprint, other: Fingerprint, shift: int) -> float:
    late, early = max(0, -shift), max(0, shift)
    common = min(len(one) - late, len(other) - early)
    apart = one.piece(late, common) ^ other.piece(early, common)
    return apart.bit_count() / (common * _ITEM * 8)
