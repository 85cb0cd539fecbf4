"""Writes a fingerprint as AcoustID wants it: compressed as Chromaprint does, in base64. Pure.

Each item is taken as what it differs in from the one before. Of that the places of its bits are
written, each as its distance from the last, with a zero behind them. They are small numbers: three
bits each, where seven says that the rest of a larger one stands behind all of them, in five bits.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from operator import xor

from downloader.fingerprints import Fingerprint

_ALGORITHM = 1  # that ffmpeg has: the second of Chromaprint's, counted from zero
_SMALL, _LARGE = 3, 5  # bits
_FULL = (1 << _SMALL) - 1


def encoded(fingerprint: Fingerprint) -> str:
    values = fingerprint.values
    distances = list(_distances(map(xor, values, (0, *values))))
    small = _packed((min(one, _FULL) for one in distances), _SMALL)
    large = _packed((one - _FULL for one in distances if one >= _FULL), _LARGE)
    head = bytes([_ALGORITHM]) + len(values).to_bytes(3, "big")
    return base64.urlsafe_b64encode(head + small + large).rstrip(b"=").decode()


def _distances(items: Iterable[int]) -> Iterator[int]:
    for item in items:
        last = 0
        for place in range(1, item.bit_length() + 1):
            if item >> (place - 1) & 1:
                yield place - last
                last = place
        yield 0


def _packed(numbers: Iterable[int], width: int) -> bytes:
    """Put the numbers side by side, the lowest bits first."""
    bits, count = 0, 0
    out = bytearray()
    for number in numbers:
        bits |= number << count
        count += width
        while count >= 8:
            out.append(bits & 0xFF)
            bits, count = bits >> 8, count - 8
    if count:
        out.append(bits)
    return bytes(out)
