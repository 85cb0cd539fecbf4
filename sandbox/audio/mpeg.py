"""A tiny MPEG-1 Layer III encoder: one spectral line at a time is enough for a melody.

The bit stream is that of ISO 11172-3, 2.4.1: a header, the side information of two granules, and
the Huffman-coded lines. Table 1 codes pairs of lines that are 0 or 1; `global_gain` is the volume.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from sandbox.audio.bits import MsbBits
from sandbox.audio.melody import Melody, Moment, is_negative, line_of

RATE = 32_000
_LINES = 576
_HEADER = bytes((0xFF, 0xFB, 0x58, 0xC4))  # MPEG-1 layer III, 64 kbit/s, 32 kHz, mono, original
_FRAME_BYTES = 144 * 64_000 // RATE
_LOUDEST = 210 - 9  # global_gain of about a quarter of full scale
_GAIN_PER_SECOND = 40  # steps of 1.5 dB


def encode(melody: Melody) -> bytes:
    moments = list(melody.moments(_LINES / RATE))
    moments += moments[-1:] * (len(moments) % 2)
    granules = [_granule(block, moment) for block, moment in enumerate(moments)]
    return b"".join(map(_frame, granules[::2], granules[1::2]))


class _Granule(NamedTuple):
    """One block of sound; `gain` is its volume."""

    line: int
    negative: bool
    gain: int


def _granule(block: int, moment: Moment) -> _Granule:
    line = line_of(moment.pitch, RATE, _LINES)
    gain = _LOUDEST - int(moment.age * _GAIN_PER_SECOND)
    return _Granule(line, is_negative(line, block), gain)


@cache  # a melody has few notes, which fade alike
def _frame(*granules: _Granule) -> bytes:
    side, main = MsbBits(), MsbBits()
    side.put(0, 9 + 5 + 4)  # main_data_begin, private bits, scfsi
    for granule in granules:
        before = len(main)
        _put_line(main, granule.line, negative=granule.negative)
        side.put(len(main) - before, 12)
        side.put(granule.line // 2 + 1, 9)  # big_values, in pairs
        side.put(granule.gain, 8)
        side.put(0, 4 + 1)  # no scale factors, no window switching
        side.put(0b00001_00001_00001, 15)  # table 1 in all three regions
        side.put(0, 4 + 3)  # region borders; the same table serves all
        side.put(0, 1 + 1 + 1)  # preflag, scalefac_scale, count1 table
    frame = _HEADER + side.tobytes() + main.tobytes()
    return frame.ljust(_FRAME_BYTES, b"\0")


def _put_line(bits: MsbBits, line: int, *, negative: bool) -> None:
    bits.ones(line // 2)  # each the pair (0, 0)
    bits.code("001" if line % 2 else "01")
    bits.put(negative, 1)
