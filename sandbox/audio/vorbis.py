"""A tiny Vorbis encoder: its own three-entry codebook is enough for one spectral line.

The bit stream is that of the Vorbis I specification, sections 4 and 9. The floor is a straight
line and serves as the volume; the residue is 0 everywhere but at the line, where it is 1 or -1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from sandbox.audio.bits import LsbBits
from sandbox.audio.melody import Melody, Moment, is_negative, line_of

RATE = 22_050
BLOCK = 1024  # samples that each packet but the first adds
_WINDOW_BITS = 11
_PARTITION = 32
_PARTITIONS = 4
_LOUDEST = 229  # of 255; steps of 0.55 dB
_GAIN_PER_SECOND = 110
_PACKET_BYTES = 120  # filled up with zeros, which decoders skip: a steady rate of 21 kbit/s
# Code words follow from the lengths (section 3.2.1).
_CLASS_LENGTHS = (1, 1)
_SILENT, _SOUNDING = "0", "1"
_VALUE_LENGTHS = (2, 1, 2)
_MINUS_ONE, _PLUS_ONE = "00", "01"  # and "1" is zero


def headers() -> Iterator[bytes]:
    """Yield the three header packets; the comments are empty."""
    rates = struct.pack("<BIiii", 1, RATE, 0, 48_000, 0)
    blocks = bytes((_WINDOW_BITS << 4 | _WINDOW_BITS, 1))
    yield b"\x01vorbis" + bytes(4) + rates + blocks
    yield b"\x03vorbis" + struct.pack("<I7sI", 7, b"sandbox", 0) + b"\x01"
    yield b"\x05vorbis" + _setup()


def packets(melody: Melody) -> list[bytes]:
    moments = melody.moments(BLOCK / RATE)
    return [_packet(number, moment) for number, moment in enumerate(moments)]


def _setup() -> bytes:
    bits = LsbBits()
    bits.put(2 - 1, 8)
    _codebook(bits, _CLASS_LENGTHS)
    bits.put(0, 4)  # plain numbers, no vectors
    _codebook(bits, _VALUE_LENGTHS)
    _values_from_minus_one(bits)
    bits.put(0, 6 + 16)  # one time-domain transform, a placeholder
    _floor(bits)
    _residue(bits)
    bits.put(0, 6 + 16 + 1 + 1 + 2 + 8 + 8 + 8)  # one mapping: no submaps, no coupling
    bits.put(0, 6 + 1 + 16 + 16 + 8)  # one mode: short blocks (as long as the long ones)
    bits.put(1, 1)  # framing
    return bits.tobytes()


def _codebook(bits: LsbBits, lengths: Sequence[int]) -> None:
    bits.put(0x564342, 24)
    bits.put(1, 16)  # dimensions
    bits.put(len(lengths), 24)
    bits.put(0, 1 + 1)  # not ordered, not sparse
    for length in lengths:
        bits.put(length - 1, 5)


def _values_from_minus_one(bits: LsbBits) -> None:
    bits.put(1, 4)  # lookup type 1: a lattice
    bits.put(_float32(-1), 32)
    bits.put(_float32(1), 32)
    bits.put(2 - 1, 4)  # bits of a multiplicand
    bits.put(0, 1)  # not cumulative
    for multiplicand in range(3):
        bits.put(multiplicand, 2)


def _float32(value: int) -> int:
    """Pack -1, 0 or 1 as section 9.2.2 says: sign, exponent biased by 788, 21-bit mantissa."""
    return (1 << 31 if value < 0 else 0) | 788 << 21 | abs(value)


def _floor(bits: LsbBits) -> None:
    bits.put(0, 6)
    bits.put(1, 16)  # type 1
    bits.put(0, 5)  # no partitions: only the two end points
    bits.put(0, 2)  # multiplier 1
    bits.put(_WINDOW_BITS - 1, 4)  # the second end point lies at 2 ** 10


def _residue(bits: LsbBits) -> None:
    bits.put(0, 6)
    bits.put(1, 16)  # type 1
    bits.put(0, 24)
    bits.put(_PARTITION * _PARTITIONS, 24)
    bits.put(_PARTITION - 1, 24)
    bits.put(2 - 1, 6)  # classes: silent, sounding
    bits.put(0, 8)  # the class book
    bits.put(0, 4)  # silent: no pass
    bits.put(1, 4)  # sounding: the first pass ...
    bits.put(1, 8)  # ... in the value book


def _packet(number: int, moment: Moment) -> bytes:
    line = min(line_of(moment.pitch, RATE, BLOCK), _PARTITION * _PARTITIONS - 1)
    volume = _LOUDEST - int(moment.age * _GAIN_PER_SECOND)
    bits = LsbBits()
    bits.put(0, 1)  # audio
    bits.put(1, 1)  # the floor is used
    bits.put(volume, 8)
    bits.put(volume, 8)
    word = _MINUS_ONE if is_negative(line, number) else _PLUS_ONE
    for partition in range(_PARTITIONS):
        if line // _PARTITION != partition:
            bits.code(_SILENT)
            continue
        bits.code(_SOUNDING)
        place = line % _PARTITION
        bits.ones(place)  # each a line that is zero
        bits.code(word)
        bits.ones(_PARTITION - place - 1)
    return bits.tobytes().ljust(_PACKET_BYTES, b"\0")
