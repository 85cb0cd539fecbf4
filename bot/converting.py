"""Reads what people want made of a track: `mp3 192k`, `opus 64k 1:20-2:40`, `voice`. Pure."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.characters import cleaned
from bot.errors import Usage, UsageError
from downloader.conversion import BITRATES, Conversion, Into

_CALLED = {"mp3": Into.MP3, "opus": Into.OPUS, "ogg": Into.OPUS, "voice": Into.VOICE}
_BITRATE = re.compile(r"(\d{1,4})(?:k(?:b(?:it)?(?:ps|/s)?)?)?", re.IGNORECASE | re.ASCII)
_TIME = r"\d{1,2}:\d{2}:\d{2}(?:\.\d{1,3})?|\d{1,3}:\d{2}(?:\.\d{1,3})?|\d{1,5}s?"
_PIECE = re.compile(rf"({_TIME})?-({_TIME})?", re.IGNORECASE | re.ASCII)
# `1:20 - 2:40`, `from 1:20 to 2:40`: colons tell that these are times.
_SPACED = re.compile(
    r"(?:\bfrom )?(?<![\d:.])([\d:.]*:[\d.]+) ?(?:-|\bto\b) ?([\d:.]*:[\d.]+)",
    re.IGNORECASE | re.ASCII,
)
_UNITS = (timedelta(minutes=1), timedelta(hours=1))
_DASHES = str.maketrans("‐‑‒–—−", "------")


def read(text: str) -> Conversion:
    """Raise `UsageError`. A piece alone stays as it is, a bitrate alone means MP3."""
    into: Into | None = None
    rate = ""
    piece: tuple[timedelta, timedelta | None] | None = None
    said: dict[str, str] = {}  # the word of each kind
    for word in _SPACED.sub(r"\1-\2", cleaned(text).translate(_DASHES)).split():
        if called := _CALLED.get(word.lower()):
            into = called
            _once(said, "into", word)
        elif _BITRATE.fullmatch(word):
            rate = word
            _once(said, "rate", word)
        elif any(letter.isdigit() for letter in word) and "-" in word:
            piece = _piece(word)
            _once(said, "piece", word)
        else:
            raise UsageError(Usage.BAD_CONVERSION, word)
    start, end = piece or (timedelta(0), None)
    into = into or (Into.MP3 if rate or not piece else Into.SAME)
    return Conversion(into, bitrate(rate, into) if rate else None, start, end)


def bitrate(word: str, into: Into) -> int:
    """Read `192k` as bits per second. Raises `UsageError`."""
    found = _BITRATE.fullmatch(word)
    least, _, most = BITRATES[into]
    if found is None or not least <= int(found[1]) * 1000 <= most:
        raise UsageError(Usage.BAD_BITRATE, word)
    return int(found[1]) * 1000


def _once(said: dict[str, str], kind: str, word: str) -> None:
    if kind in said:
        raise UsageError(Usage.TWICE, word, said[kind])
    said[kind] = word


def _piece(word: str) -> tuple[timedelta, timedelta | None]:
    found = _PIECE.fullmatch(word)
    if found is None:
        raise UsageError(Usage.BAD_PIECE, word)
    start = _moment(found[1]) if found[1] else timedelta(0)
    end = _moment(found[2]) if found[2] else None
    if not (start or end) or (end is not None and end <= start):
        raise UsageError(Usage.BAD_PIECE, word)
    return start, end


def _moment(text: str) -> timedelta:
    seconds, *more = reversed(text.rstrip("sS").split(":"))
    found = timedelta(seconds=float(seconds))
    return found + sum(
        (int(one) * unit for one, unit in zip(more, _UNITS, strict=False)), timedelta(0)
    )
