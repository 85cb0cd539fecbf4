"""What the demo files play: notes of a struck string, each louder at its start."""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, repeat
from operator import mul

_PENTATONIC = (0, 2, 4, 7, 9, 12)
_ROOT = 523.25  # Hz, C5
_NOTES_PER_SECOND = 3


@dataclass(frozen=True, slots=True)
class Moment:
    """One block of sound: a pitch in Hz and how long ago, in seconds, the string was struck."""

    pitch: float
    age: float


@dataclass(frozen=True, slots=True)
class Melody:
    """A tune of `seconds`; the same seed plays the same tune."""

    seed: int
    seconds: float

    def moments(self, step: float) -> Iterator[Moment]:
        """Cut the tune into blocks of `step` seconds."""
        pitches = self._pitches()
        for block in range(math.ceil(self.seconds / step)):
            note, phase = divmod(block * step * _NOTES_PER_SECOND, 1)
            yield Moment(pitches[int(note)], phase / _NOTES_PER_SECOND)

    def samples(self, rate: int) -> array[int]:
        """Return signed 16-bit mono samples."""
        samples = array("h")
        for pitch in self._pitches():
            samples += _note(pitch, rate)
        return samples[: int(self.seconds * rate)]

    def _pitches(self) -> list[float]:
        dice = random.Random(self.seed)
        count = math.ceil(self.seconds * _NOTES_PER_SECOND) + 1
        return [_ROOT * 2 ** (dice.choice(_PENTATONIC) / 12) for _ in range(count)]


@cache
def _note(pitch: float, rate: int) -> array[int]:
    """Return the samples of one note: a tone that fades. There are few, and many of each."""
    length = rate // _NOTES_PER_SECOND
    turn = 2 * math.pi * pitch / rate
    loudness = accumulate(repeat(math.exp(-6 / rate), length - 1), mul, initial=9000.0)
    tone = map(math.sin, map(mul, repeat(turn), range(length)))
    return array("h", map(int, map(mul, loudness, tone)))


def line_of(pitch: float, rate: int, lines: int) -> int:
    """Return the MDCT line nearest to a pitch, of `lines` lines up to half the sample rate."""
    return max(0, round(pitch * 2 * lines / rate - 0.5))


def is_negative(line: int, block: int) -> bool:
    """Tell the sign of a steady tone's coefficient in a block.

    A tone at the centre of line k turns by (k + 1/2) pi from block to block, so its coefficient
    keeps its size and runs through a pattern of four signs: ++-- for odd lines, +--+ for even.
    """
    return (block + (0 if line % 2 else 1)) % 4 >= 2
