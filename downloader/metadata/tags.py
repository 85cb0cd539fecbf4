"""What a file says about itself, made out of an answer of the child. Pure.

The child has read a stranger's file, so that nothing of its answer is believed: not its form, not
its numbers, not its text.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from storage.description import Description, Provenance
from storage.formats import Kind
from storage.sound import Flaw, Sound
from storage.text import storable

_LONGEST_TEXT = 500
_LONGEST = timedelta(days=7)
_FASTEST = 100_000_000  # bits in a second; studio formats stay below 50 million
_YEARS = range(1000, 2101)
_NUMBERS = range(1, 10_000)
_RATES = range(1000, 50_000_000)  # hertz; DSD takes millions of its one bit
_CHANNELS = range(1, 65)
_BITS = range(1, 65)
# 1999, 1999-05, 1999-05-01, 1999/05/01, 19990501; what follows is the time of the day.
_LEADING = re.compile(r"\s*(\d{4})(?:([-/.]?)(\d{2})(?:\2(\d{2}))?)?(?!\d)")
_GERMAN = re.compile(r"\s*(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")  # 01.05.1999
_ANY_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_NUMBER = re.compile(r"\s*(\d{1,9})\s*(?:/\s*(\d{1,9})\s*|of\s*(\d{1,9})\s*)?$")  # 3, 03, 3/12
_YES = {"1", "true", "yes"}


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says about itself; every field of the description that is known is of its tags.

    `format` is the extension of the kind that the bytes are. `has_gain` means that it says how
    loud it is.
    """

    description: Description
    sound: Sound
    format: str
    flaws: frozenset[Flaw] = frozenset()
    has_cover: bool = False
    has_lyrics: bool = False
    has_gain: bool = False


class TagsUnreadableError(Exception):
    """The file ended, hung or confused who read it. `kind` is None where it is no audio at all.

    `flaws` are those that were found all the same.
    """

    def __init__(
        self, kind: Kind | None, detail: str, flaws: frozenset[Flaw] = frozenset()
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.flaws = flaws


class TagsUnwritableError(Exception):
    """The file ended, hung or confused who wrote into it."""

    def __init__(self, kind: Kind, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


def understood(said: Mapping[str, Any], kind: Kind, size: int, *, is_sure: bool) -> Tags:
    """Read an answer about a file of that many bytes; raises `TagsUnreadableError`.

    Where nothing but a name told the kind, `is_sure` is False: then the child must have found
    sound in it.
    """
    flaws = _flaws(said.get("flaws"))
    if said.get("broken") is not False:
        raise TagsUnreadableError(kind if is_sure else None, "broken", flaws)
    sound = _sound(said, size)
    if not is_sure and (sound.duration is None or said.get("sketchy") is not False):
        raise TagsUnreadableError(None, "no sound")
    return Tags(
        description=_description(said),
        sound=sound,
        format=kind.extension,
        flaws=flaws,
        has_cover=said.get("cover") is True,
        has_lyrics=said.get("lyrics") is True,
        has_gain=said.get("gain") is True,
    )


def _description(said: Mapping[str, Any]) -> Description:
    track, tracks = _numbers(said, "track")
    disc, discs = _numbers(said, "disc")
    found: dict[str, Any] = {
        "title": _text(said, "title"),
        "artist": _text(said, "artist"),
        "album": _text(said, "album"),
        "album_artist": _text(said, "album_artist"),
        "genre": _text(said, "genre"),
        "composer": _text(said, "composer"),
        "date": _date(_text(said, "date")),
        "track_number": track,
        "track_total": tracks,
        "disc_number": disc,
        "disc_total": discs,
        "is_compilation": _text(said, "is_compilation").lower() in _YES,
    }
    return Description(**found, provenance={name: Provenance.TAGS for name in found if found[name]})


def _sound(said: Mapping[str, Any], size: int) -> Sound:
    duration = _duration(said.get("seconds"))
    return Sound(
        codec=_text(said, "codec"),
        duration=duration,
        bitrate=_bitrate(said.get("bitrate"), size, duration),
        sample_rate=_within(_RATES, said.get("sample_rate")),
        channels=_within(_CHANNELS, said.get("channels")),
        bits=_within(_BITS, said.get("bits")),
    )


def _flaws(said: object) -> frozenset[Flaw]:
    return frozenset(flaw for flaw in Flaw if isinstance(said, list) and flaw.value in said)


def _text(said: Mapping[str, Any], name: str) -> str:
    text = said.get(name)
    if not isinstance(text, str):
        return ""
    # Composed first: a letter and its accent would be cut apart.
    text = unicodedata.normalize("NFC", storable(text.replace("\0", " ")))
    return " ".join(text.split())[:_LONGEST_TEXT].rstrip()


def _date(text: str) -> str:
    """Return as much of a date as makes sense, from the year on."""
    if found := _GERMAN.match(text):
        day, month, year = found.groups()
    elif found := _LEADING.match(text):
        year, _, month, day = found.groups()
    else:
        found = _ANY_YEAR.search(text)
        year, month, day = found[1] if found else "", None, None
    if not year or int(year) not in _YEARS:
        return ""
    return _valid(int(year), int(month or 0), int(day or 0))


def _valid(year: int, month: int, day: int) -> str:
    if not 1 <= month <= 12:
        return f"{year:04}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return f"{year:04}-{month:02}"


def _numbers(said: Mapping[str, Any], name: str) -> tuple[int | None, int | None]:
    """Return which of how many it is; the total may stand in a field of its own."""
    found = _NUMBER.match(_text(said, f"{name}_number"))
    number, total = (found[1], found[2] or found[3]) if found else (None, None)
    alone = _NUMBER.match(_text(said, f"{name}_total"))
    in_own = (alone[2] or alone[3] or alone[1]) if alone else None
    return _counted(number), _counted(total) or _counted(in_own)


def _counted(digits: str | None) -> int | None:
    return _within(_NUMBERS, int(digits)) if digits else None


def _within(numbers: range, number: object) -> int | None:
    # True would be a one.
    return number if type(number) is int and number in numbers else None


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
