"""Where a spectrum ends as if cut off, and what that says of how a file came about. Pure.

Encoders that leave something out leave out the highest notes first, and all of them at one edge: a
spectrum of music itself fades. The edge outlives being encoded again, at whatever bitrate.
"""

from __future__ import annotations

from collections.abc import Sequence

from storage.sound import Flaw, Sound

TOP = 22_050  # Hz, where the levels end
_LOWEST = 9_000  # Hz: below it music may do what it likes
_FLANK = 340  # Hz: how wide an edge is, and how much of both its sides is looked at
_STEEP = 20.0  # decibels that it falls in a flank, of which music itself stays below 10
_SILENT = -90.0  # decibels

# LAME ends at 16.5 kHz for 128 kbit/s, at 18.8 for 192, at 19.4 for 256, at 20.2 for 320. Whoever
# masters music may end it at 20.
_LOSSLESS_FROM = 19_800
# Beside bits per second, where no encoder of that bitrate ends by itself.
_LOSSY_FROM = ((300_000, 19_000), (240_000, 17_500), (180_000, 15_500), (120_000, 12_500))
_LOSSLESS = {"flac", "alac", "pcm", "ape", "wavpack", "tta", "wma lossless"}
_OTHER = {"dsd", "speex", "amr", ""}  # not made of what is below 22 kHz, or made for speech


def edge_in(levels: Sequence[float]) -> float | None:
    """Return the frequency at which the levels fall steeply, None where they fade.

    They are decibels, at even steps from 0 Hz to `TOP`.
    """
    step = TOP / len(levels)
    wide = max(1, round(_FLANK / step))
    falls = [
        (_mean(levels[at - wide : at]) - _mean(levels[at + wide : at + 2 * wide]), at)
        for at in range(round(_LOWEST / step), len(levels) - 2 * wide)
    ]
    fall, at = max(falls, default=(0.0, 0))
    return (at + wide / 2) * step if fall >= _STEEP else None


def is_silent(levels: Sequence[float]) -> bool:
    return max(levels) < _SILENT


def flaws_of(edge: float | None, sound: Sound) -> frozenset[Flaw]:
    """Tell what an edge gives away of a file that claims to sound like that."""
    if edge is None or sound.codec in _OTHER or (sound.sample_rate or 0) < 2 * TOP:
        return frozenset()
    if sound.codec in _LOSSLESS:
        return frozenset({Flaw.FAKE_LOSSLESS} if edge < _LOSSLESS_FROM else ())
    claimed = sound.bitrate or 0
    least = next((least for bitrate, least in _LOSSY_FROM if claimed >= bitrate), 0)
    return frozenset({Flaw.UPSAMPLED} if edge < least else ())


def _mean(levels: Sequence[float]) -> float:
    return sum(levels) / len(levels)
