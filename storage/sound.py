"""How a file sounds: its technical facts, what is wrong with it, and how good it is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum


class Flaw(StrEnum):
    """What is wrong with a file, although it is the one that was posted."""

    TRUNCATED = "truncated"  # it ends before its own headers say
    BROKEN_FRAMES = "broken frames"
    OTHER_LENGTH = "other length"  # than Telegram was told
    UPSAMPLED = "upsampled"  # the spectrum ends where a lower bitrate would end it
    FAKE_LOSSLESS = "fake lossless"  # the same of a format that loses nothing
    SILENT = "silent"


class Grade(IntEnum):
    """How good a file sounds by all that is known, the better the higher."""

    BROKEN = 0
    POOR = 1
    FAIR = 2
    GOOD = 3
    EXCELLENT = 4  # nothing was lost


class Aspect(StrEnum):
    """What of a file is listened for."""

    LOUDNESS = "loudness"
    SPECTRUM = "spectrum"
    FINGERPRINT = "fingerprint"


@dataclass(frozen=True, slots=True)
class Sound:
    """Technical facts, None where they are not known.

    `codec` is `mp3`, `aac`, `alac`, `flac`, `vorbis`, `opus`, `pcm`, ... `bitrate` is the average,
    in bits per second; `sample_rate` in hertz; `bits` of one sample.
    """

    codec: str = ""
    duration: timedelta | None = None
    bitrate: int | None = None
    sample_rate: int | None = None
    channels: int | None = None
    bits: int | None = None


class Basis(StrEnum):
    """What a grade rests on where it is no flaw."""

    LOSSLESS = "lossless"
    BITRATE = "bitrate"
    SAMPLE_RATE = "sample rate"  # so low that there is no treble
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A grade, and what it rests on, so that people can be told why."""

    grade: Grade
    reason: Flaw | Basis


# What a flaw leaves of any sound, the worst first.
_AT_MOST = {
    Flaw.TRUNCATED: Grade.BROKEN,
    Flaw.BROKEN_FRAMES: Grade.BROKEN,
    Flaw.SILENT: Grade.POOR,
    Flaw.UPSAMPLED: Grade.POOR,
    Flaw.FAKE_LOSSLESS: Grade.FAIR,
    Flaw.OTHER_LENGTH: Grade.FAIR,
}
_LOSSLESS = {"flac", "alac", "pcm", "ape", "wavpack", "tta", "dsd", "wma lossless"}
# How many bits MP3 takes for what a bit of theirs does; about so by public listening tests.
_WORTH = {"opus": 2.0, "aac": 1.4, "vorbis": 1.4, "musepack": 1.4, "wma": 1.1, "mp2": 0.7}
_FAIR, _GOOD = 96_000, 192_000  # bits per second of MP3, from which on it is that
_STEREO = 2
_FULL_RATE = 32_000  # hertz; below, what one hears ends under 16 kHz
# Telegram is told whole seconds, and players round as they like.
_LEEWAY, _LEEWAY_SHARE = timedelta(seconds=3), 0.03


def graded(sound: Sound, flaws: frozenset[Flaw]) -> Grade:
    return judged(sound, flaws).grade


def judged(sound: Sound, flaws: frozenset[Flaw]) -> Judgement:
    """Grade by what is heard; a flaw takes the blame where it leaves less than the rest does."""
    heard = _heard(sound)
    worst = min(
        (flaw for flaw in _AT_MOST if flaw in flaws), key=_AT_MOST.__getitem__, default=None
    )
    if worst is None or _AT_MOST[worst] > heard.grade:
        return heard
    return Judgement(_AT_MOST[worst], worst)


def is_other_length(found: timedelta | None, declared: timedelta) -> bool:
    """Tell whether a file has another length than was declared, as far as both are known."""
    if not found or not declared:
        return False
    return abs(found - declared) > max(_LEEWAY, declared * _LEEWAY_SHARE)


def _heard(sound: Sound) -> Judgement:
    if sound.sample_rate is not None and sound.sample_rate < _FULL_RATE:
        return Judgement(min(Grade.FAIR, _by_bitrate(sound)), Basis.SAMPLE_RATE)
    if sound.codec in _LOSSLESS:
        return Judgement(Grade.EXCELLENT, Basis.LOSSLESS)
    return Judgement(_by_bitrate(sound), Basis.BITRATE if sound.bitrate else Basis.UNKNOWN)


def _by_bitrate(sound: Sound) -> Grade:
    """Judge what was lost by the bits that are left; one channel takes half of them."""
    if not sound.bitrate:
        return Grade.FAIR
    worth = sound.bitrate * _WORTH.get(sound.codec, 1.0)
    if sound.channels == 1:
        worth *= _STEREO
    return Grade.POOR if worth < _FAIR else Grade.FAIR if worth < _GOOD else Grade.GOOD
