"""A tiny AAC-LC encoder: raw data blocks of one channel with one spectral line each.

The bit stream is that of ISO 14496-3, 4.4.2: a single channel element with a long window, one
section in Huffman book 1 (groups of four lines that are -1, 0 or 1) and one scale factor.
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.audio.bits import MsbBits
from sandbox.audio.melody import Melody, Moment, is_negative, line_of

RATE = 22_050
BLOCK = 1024  # samples
CONFIG = bytes((0x13, 0x88))  # AudioSpecificConfig: AAC-LC, 22,050 Hz, mono
_BANDS = 21
_LINES_IN_BANDS = 124  # where band 21 starts at this rate (ISO 14496-3, table 4.129)
_LOUDEST = 191  # scale factor, steps of 1.5 dB
_GAIN_PER_SECOND = 40
_UNIT_BYTES = 160  # about 28 kbit/s: a steady rate, as of a broadcast
# Book 1, the words for exactly one line of four: (place, negative) -> word.
_WORDS = {
    (0, False): "10000", (0, True): "10001", (1, False): "10011", (1, True): "10111",
    (2, False): "10110", (2, True): "10101", (3, False): "10100", (3, True): "10010",
}  # fmt: skip


def blocks(melody: Melody) -> Iterator[bytes]:
    """Yield one access unit for each 1024 samples."""
    for block, moment in enumerate(melody.moments(BLOCK / RATE)):
        yield _block(block, moment)


def _block(number: int, moment: Moment) -> bytes:
    line = min(line_of(moment.pitch, RATE, BLOCK), _LINES_IN_BANDS - 1)
    bits = MsbBits()
    bits.put(0, 3 + 4)  # single channel element, instance 0
    bits.put(_LOUDEST - int(moment.age * _GAIN_PER_SECOND), 8)
    bits.put(0, 1 + 2 + 1)  # reserved, one long window, sine shape
    bits.put(_BANDS, 6)
    bits.put(0, 1)  # no prediction
    bits.put(1, 4)  # one section in book 1 ...
    bits.put(_BANDS, 5)  # ... over all bands
    bits.put(0, _BANDS)  # every scale factor differs by 0 from the one before: word "0"
    bits.put(0, 3)  # no pulses, no noise shaping, no gain control
    group, place = divmod(line, 4)
    bits.put(0, group)  # the word "0" for each silent group
    bits.code(_WORDS[place, is_negative(line, number)])
    bits.put(0, _LINES_IN_BANDS // 4 - group - 1)
    _fill(bits, _UNIT_BYTES - len(bits) // 8 - 4)
    bits.put(7, 3)  # end
    return bits.tobytes()


def _fill(bits: MsbBits, count: int) -> None:
    """Append a fill element of `count` bytes, from 15 to 269; decoders skip it."""
    bits.put(6, 3)
    bits.put(15, 4)
    bits.put(count - 15 + 1, 8)
    bits.put(0, 8 * count)
