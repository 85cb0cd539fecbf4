"""What is to be made of a track on its way out: another format, a piece of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from storage.formats import AAC, AIFF, FLAC, M4A, M4B, MP3, OGG, OPUS, WAV, Kind

_VOICE_FITS = 950_000  # bytes: Telegram draws the waveform of voice notes of up to 1 MB
_LESS = 0.8
_SPARE = 1.1  # no encoder keeps to its bitrate to the bit


class Into(StrEnum):
    MP3 = "mp3"
    OPUS = "opus"
    VOICE = "voice"
    SAME = "same"  # as it is, of which a piece is cut


class Hitch(StrEnum):
    """Why nothing comes of a conversion."""

    UNREADABLE = "unreadable"
    BEYOND_END = "beyond its end"
    TOO_LARGE = "too large"


class UnconvertedError(Exception):
    def __init__(self, hitch: Hitch, detail: str = "") -> None:
        super().__init__(f"{hitch}: {detail}" if detail else str(hitch))
        self.hitch = hitch


# Bits per second: the least, what is usual, and the most.
BITRATES = {
    Into.MP3: (32_000, 192_000, 320_000),
    Into.OPUS: (16_000, 96_000, 320_000),
    Into.VOICE: (32_000, 48_000, 64_000),
}
# Of these a piece can be cut without encoding it anew, or without losing anything by that.
_CUT = frozenset({MP3, M4A, M4B, AAC, OGG, OPUS, FLAC, WAV, AIFF})
_KINDS = {Into.MP3: MP3, Into.OPUS: OPUS, Into.VOICE: OGG}


@dataclass(frozen=True, slots=True)
class Conversion:
    """`bitrate` in bits per second, None: the usual one; `end` None: that of the track."""

    into: Into
    bitrate: int | None = None
    start: timedelta = timedelta(0)
    end: timedelta | None = None

    @property
    def is_cut(self) -> bool:
        return bool(self.start) or self.end is not None

    def length_of(self, whole: timedelta) -> timedelta:
        """Return how long the piece is; zero where that is not known, as of the `whole`."""
        if not whole:
            return self.end - self.start if self.end else timedelta(0)
        return max(timedelta(0), min(self.end or whole, whole) - self.start)

    def is_beyond(self, whole: timedelta) -> bool:
        """Tell whether nothing of a track is in the piece."""
        return bool(whole) and self.start >= whole

    def made_of(self, kind: Kind | None, whole: timedelta) -> Conversion:
        """Say what was left open: of what cannot be cut as it is, an MP3 is made."""
        into = self.into
        if into is Into.SAME:
            if kind in _CUT:
                return self
            into = Into.MP3
        usual = _for_voice(self.length_of(whole)) if into is Into.VOICE else BITRATES[into][1]
        return replace(self, into=into, bitrate=self.bitrate or usual)

    def kind_of(self, kind: Kind | None) -> Kind:
        """Return what comes of a file of that kind; see `made_of`."""
        return kind if self.into is Into.SAME and kind else _KINDS.get(self.into, MP3)

    def is_idle(self, kind: Kind | None, bitrate: int | None) -> bool:
        """Tell whether a file is already what is wanted, and no larger."""
        is_that = self.into is not Into.VOICE and self.kind_of(kind) == kind
        wanted = self.bitrate or bitrate or 0
        return is_that and not self.is_cut and bitrate is not None and bitrate <= wanted

    def bytes_of(self, size: int, whole: timedelta) -> int | None:
        """Estimate how large it becomes, of a file of that size; None where nobody knows."""
        length = self.length_of(whole)
        if self.into is Into.SAME:
            return round(size * (length / whole)) if whole else None
        assert self.bitrate is not None, "see `made_of`"
        return round(length.total_seconds() * self.bitrate / 8) or None

    def fitting(self, whole: timedelta, room: int) -> int | None:
        """Return the highest bitrate (in whole thousands) with which it fits, None for none."""
        length = self.length_of(whole).total_seconds()
        if self.into is Into.SAME or not length:
            return None
        least, _, most = BITRATES[self.into]
        found = min(most, int(room * 8 / _SPARE / length))
        if self.bitrate is not None and found >= self.bitrate:  # which turned out to be too much
            found = int(self.bitrate * _LESS)
        return found // 1000 * 1000 if found >= least else None


def _for_voice(length: timedelta) -> int:
    """Return the bitrate with which a voice note has a waveform, as far as it can have one."""
    least, usual, most = BITRATES[Into.VOICE]
    if not length:
        return usual
    fitting = int(_VOICE_FITS * 8 / length.total_seconds()) // 1000 * 1000
    return max(least, min(fitting, most))
