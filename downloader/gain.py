"""How loud a track is, and by how much that has to be changed so that all sound alike. Pure."""

from __future__ import annotations

from dataclasses import dataclass

REPLAYGAIN = -18.0  # LUFS that ReplayGain 2 plays everything at
R128 = -23.0  # the same where a tag goes by EBU R 128, as that of Opus does (RFC 7845, 5.2.1)
_STEPS = 256  # of a decibel: a Q7.8 number
_LEAST, _MOST = -(1 << 15), (1 << 15) - 1


@dataclass(frozen=True, slots=True)
class Gain:
    """`loudness` of the whole track in LUFS; `peak` is the true one, 1.0 where the scale ends."""

    loudness: float
    peak: float

    @property
    def replaygain(self) -> str:
        return f"{REPLAYGAIN - self.loudness:.2f} dB"

    @property
    def replaygain_peak(self) -> str:
        return f"{self.peak:.6f}"

    @property
    def r128(self) -> str:
        return str(max(_LEAST, min(_MOST, round((R128 - self.loudness) * _STEPS))))
