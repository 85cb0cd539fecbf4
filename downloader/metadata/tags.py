"""What a file says about itself, made out of an answer of the child. Pure.

The child has read a stranger's file, so that nothing of its answer is believed: not its form, not
its numbers, not its text.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from storage.formats import Kind
from storage.text import storable

_LONGEST_TEXT = 500
_LONGEST = timedelta(days=7)
_FASTEST = 100_000_000  # bits in a second; studio formats stay below 50 million
_YEARS = range(1000, 2101)
_TRACKS = range(1, 10_000)
_LEADING_YEAR = re.compile(r"\s*(\d{4})(?:\d{4})?(?!\d)")  # 1999, 1999-05-01, 19990501
_ANY_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")  # 01.05.1999
_TRACK = re.compile(r"\s*(\d{1,9})\s*(?:/|$)")  # 3, 03, 3/12


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says about itself; text is clean and on one line, empty where it says nothing.

    `bitrate` in bits per second. `format` is the extension of the kind that the bytes are.
    """

    title: str
    artist: str
    album: str
    genre: str
    year: int | None
    track: int | None
    duration: timedelta | None
    bitrate: int | None
    format: str
    has_cover: bool


class TagsUnreadableError(Exception):
    """The file ended, hung or confused who read it. `kind` is None where it is no audio at all."""

    def __init__(self, kind: Kind | None, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


def understood(line: bytes, kind: Kind, size: int, *, is_sure: bool) -> Tags:
    """Read an answer about a file of that many bytes; raises `TagsUnreadableError`.

    Where nothing but a name told the kind, `is_sure` is False: then the child must have found
    sound in it.
    """
    said = _object(line)
    if said is None:
        raise TagsUnreadableError(kind if is_sure else None, "broken")
    duration = _duration(said.get("seconds"))
    if not is_sure and (duration is None or said.get("sketchy") is not False):
        raise TagsUnreadableError(None, "no sound")
    return Tags(
        title=_text(said, "title"),
        artist=_text(said, "artist"),
        album=_text(said, "album"),
        genre=_text(said, "genre"),
        year=_year(_text(said, "date")),
        track=_track(_text(said, "track")),
        duration=duration,
        bitrate=_bitrate(said.get("bitrate"), size, duration),
        format=kind.extension,
        has_cover=said.get("cover") is True,
    )


def _object(line: bytes) -> Mapping[str, Any] | None:
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _text(said: Mapping[str, Any], name: str) -> str:
    text = said.get(name)
    if not isinstance(text, str):
        return ""
    return storable(" ".join(text.replace("\0", " ").split())[:_LONGEST_TEXT])


def _year(text: str) -> int | None:
    found = _LEADING_YEAR.match(text) or _ANY_YEAR.search(text)
    return _within(_YEARS, found)


def _track(text: str) -> int | None:
    return _within(_TRACKS, _TRACK.match(text))


def _within(numbers: range, found: re.Match[str] | None) -> int | None:
    number = int(found[1]) if found else None
    return number if number in numbers else None


def _duration(seconds: object) -> timedelta | None:
    number = _number(seconds)
    if number is None or not 0 < number < _LONGEST.total_seconds():
        return None
    return timedelta(milliseconds=max(1, round(number * 1000)))


def _bitrate(declared: object, size: int, duration: timedelta | None) -> int | None:
    """Return what is declared, or else the mean over the whole file."""
    number = _number(declared)
    if (number is None or number < 1) and duration:
        number = size * 8 / duration.total_seconds()
    return round(number) if number is not None and 1 <= number <= _FASTEST else None


def _number(value: object) -> float | None:
    # Whole numbers may have more digits than a float takes.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and value.bit_length() > 64:
        return None
    return float(value) if math.isfinite(value) else None
