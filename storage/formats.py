"""Which formats audio comes in, and what follows from that. Pure."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Kind:
    """`extension` comes without a dot, and is the name of the format."""

    extension: str
    mime: str


MP3 = Kind("mp3", "audio/mpeg")
MP2 = Kind("mp2", "audio/mpeg")
AAC = Kind("aac", "audio/aac")
FLAC = Kind("flac", "audio/flac")
M4A = Kind("m4a", "audio/mp4")
M4B = Kind("m4b", "audio/mp4")
OGG = Kind("ogg", "audio/ogg")
OPUS = Kind("opus", "audio/ogg")
WAV = Kind("wav", "audio/wav")
AIFF = Kind("aiff", "audio/aiff")
WMA = Kind("wma", "audio/x-ms-wma")
APE = Kind("ape", "audio/x-ape")
WAVPACK = Kind("wv", "audio/x-wavpack")
MUSEPACK = Kind("mpc", "audio/x-musepack")
TTA = Kind("tta", "audio/x-tta")
DSF = Kind("dsf", "audio/x-dsf")
DFF = Kind("dff", "audio/x-dff")
WEBM = Kind("webm", "audio/webm")
MKA = Kind("mka", "audio/x-matroska")
AMR = Kind("amr", "audio/amr")
CAF = Kind("caf", "audio/x-caf")
MIDI = Kind("mid", "audio/midi")
# Posted as audio, but nothing says which: kept under a name that opens nothing.
UNKNOWN = Kind("audio", "application/octet-stream")

_KINDS = (
    MP3, MP2, AAC, FLAC, M4A, M4B, OGG, OPUS, WAV, AIFF, WMA, APE, WAVPACK, MUSEPACK, TTA, DSF, DFF,
    WEBM, MKA, AMR, CAF, MIDI,
)  # fmt: skip
_BY_EXTENSION = {kind.extension: kind for kind in _KINDS} | {
    "oga": OGG, "mp4": M4A, "aif": AIFF, "asf": WMA, "adts": AAC, "midi": MIDI,
}  # fmt: skip
_BY_MIME = {kind.mime: kind for kind in reversed(_KINDS)} | {
    "audio/mp3": MP3, "audio/x-mp3": MP3, "audio/x-flac": FLAC, "audio/m4a": M4A,
    "audio/x-m4a": M4A, "audio/m4b": M4B, "video/mp4": M4A, "audio/x-aac": AAC, "audio/aacp": AAC,
    "audio/opus": OPUS, "application/ogg": OGG, "audio/vorbis": OGG, "audio/x-wav": WAV,
    "audio/wave": WAV, "audio/vnd.wave": WAV, "audio/x-aiff": AIFF, "audio/wma": WMA,
    "audio/ape": APE, "audio/x-monkeys-audio": APE, "audio/dsf": DSF, "audio/x-midi": MIDI,
    "audio/3gpp": AMR,
}  # fmt: skip

LOSSLESS = frozenset(kind.extension for kind in (FLAC, WAV, AIFF, APE, WAVPACK, TTA, DSF, DFF))
# They hold either: Apple Lossless beside AAC, say. No lossy encoder of theirs needs so many bits.
MAYBE_LOSSLESS = frozenset(kind.extension for kind in (M4A, M4B, WMA, MKA, CAF))
LOSSY_AT_MOST = 500_000
# What people ask for by another name than its files have; AAC and ALAC lie in files named m4a.
_CALLED = {
    "m4a": ("m4a", "m4b", "aac"), "aac": ("aac", "m4a"), "alac": ("m4a",), "mpeg": ("mp3",),
    "vorbis": ("ogg",), "wave": ("wav",), "wavpack": ("wv",), "monkey": ("ape",),
    "musepack": ("mpc",), "dsd": ("dsf", "dff"),
}  # fmt: skip
_USUAL_BITRATES = tuple(
    kilobits * 1000 for kilobits in (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 192, 224, 256, 320)
)


def of_name(name: str) -> Kind | None:
    stem, _, ending = name.rpartition(".")
    return _BY_EXTENSION.get(ending.lower()) if stem else None


def declared(name: str, mime: str) -> Kind | None:
    """Tell the kind by a declared name or type we know; neither needs to be true."""
    return of_name(name) or _BY_MIME.get(mime.partition(";")[0].strip().lower())


def format_of(name: str, mime: str) -> str | None:
    """Return `mp3`, `flac` and so on, None where nothing declares it."""
    kind = declared(name, mime)
    return kind.extension if kind else None


def formats_called(word: str) -> tuple[str, ...]:
    """Return the formats that people mean by a word; empty where there is none of that name."""
    word = word.lower().removeprefix(".")
    if word in _CALLED:
        return _CALLED[word]
    kind = _BY_EXTENSION.get(word)
    return (kind.extension,) if kind else ()


def is_lossless(format: str | None, bitrate: int | None) -> bool | None:  # noqa: A002 - our word
    """Tell whether nothing was left out of the sound; None where that cannot be told."""
    if format is None:
        return None
    if format in MAYBE_LOSSLESS:
        return None if bitrate is None else bitrate > LOSSY_AT_MOST
    return format in LOSSLESS


def average_bitrate(size: int, duration: timedelta) -> int | None:
    """Return bits a second, None where the length is not known.

    Lengths are told in whole seconds and covers count as sound, so what is within two hundredths
    of a usual constant bitrate is taken for that.
    """
    if duration <= timedelta(0):
        return None
    average = round(size * 8 / duration.total_seconds())
    place = bisect(_USUAL_BITRATES, average)
    for usual in _USUAL_BITRATES[max(0, place - 1) : place + 1]:
        if abs(usual - average) * 50 <= usual:
            return usual
    return average


def without_ending(name: str) -> str:
    """Return a file name without the ending that says its format."""
    return name[: name.rindex(".")] if of_name(name) else name
