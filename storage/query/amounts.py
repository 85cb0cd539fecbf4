"""Reads lengths, sizes and counts with their units, as people write them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from storage.query.tree import Assumed, Between, Measure

_NUMBER = re.compile(r"(\d{1,9})(?:[.,](\d{1,3}))?", re.ASCII)
_FEW = re.compile(r"[1-9]|[1-5]\d", re.ASCII)  # less than a minute, if these are seconds
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2})", re.ASCII)
_PARTS = re.compile(
    r"(?:(\d{1,4})h(?:ours?|rs?)?)?(?:(\d{1,4})m(?:in(?:ute)?s?)?)?(?:(\d{1,4})s(?:ec(?:ond)?s?)?)?",
    re.ASCII,
)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_COUNT = re.compile(r"\d{1,9}", re.ASCII)

_SECONDS = {
    "": 1,
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600),
}
_BYTES = {
    "": 10**6, "b": 1, "byte": 1, "bytes": 1,
    "k": 10**3, "kb": 10**3, "m": 10**6, "mb": 10**6, "g": 10**9, "gb": 10**9,
    "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30,
}  # fmt: skip
_BITS = {
    "": 10**3,
    **dict.fromkeys(("k", "kb", "kbit", "kbits", "kbps", "kb/s", "kbit/s"), 10**3),
    **dict.fromkeys(("m", "mb", "mbit", "mbits", "mbps", "mb/s", "mbit/s"), 10**6),
    **dict.fromkeys(("bit", "bits", "bps", "bit/s"), 1),
}
_UNITS: dict[Measure, Mapping[str, int]] = {
    Measure.DURATION: _SECONDS,
    Measure.SIZE: _BYTES,
    Measure.BITRATE: _BITS,
    Measure.YEAR: {},
    Measure.PLAYS: {},
}


def is_unit(measure: Measure, word: str) -> bool:
    """Tell whether a word that stands alone can belong to the number before it."""
    return bool(word) and word.lower() in _UNITS[measure]


def unit_assumed(field: object, value: str) -> Assumed | None:
    """Return in what a number without a unit is taken, where something else may be meant."""
    ends = [end.strip() for end in value.split("..")]
    if field is Measure.SIZE and any(_NUMBER.fullmatch(end) for end in ends):
        return Assumed.MEGABYTES
    if field is Measure.DURATION and any(_FEW.fullmatch(end) for end in ends):
        return Assumed.SECONDS
    return None


def between(measure: Measure, operator: str, value: str) -> Between | None:
    """Return what `duration>3m` or `year:1990..1999` means; None where the value is not readable.

    With `:` or `=`, all counts that is written so: `3m` is a length from 3:00 to 3:59.
    """
    first, dots, last = value.partition("..")
    if dots:
        return _range(measure, first, last) if operator in {":", "="} else None
    span = _span(measure, value)
    if span is None:
        return None
    start = span[0]
    low, high = {
        ">": (start + 1, None),
        ">=": (start, None),
        "<": (None, start),
        "<=": (None, start + 1),
    }.get(operator, span)
    return Between(measure, low, high)


def _range(measure: Measure, first: str, last: str) -> Between | None:
    """Both ends are inside, and either may be left out; turned round it means the same."""
    low, high = (_least(measure, end) for end in (first, last))
    if not (first or last) or (first and low is None) or (last and high is None):
        return None
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    return Between(measure, low, None if high is None else high + 1)


def _least(measure: Measure, text: str) -> int | None:
    span = _span(measure, text)
    return span and span[0]


def _span(measure: Measure, text: str) -> tuple[int, int] | None:
    """Return the first amount that is written so, and the first that no longer is."""
    text = text.strip().lower()
    match measure:
        case Measure.YEAR:
            return _whole(_YEAR, text)
        case Measure.PLAYS:
            return _whole(_COUNT, text)
        case Measure.DURATION:
            return _on_the_clock(text) or _in_parts(text) or _scaled(text, _SECONDS)
        case Measure.SIZE:
            return _scaled(text, _BYTES)
        case Measure.BITRATE:
            return _scaled(text, _BITS)


def _whole(shape: re.Pattern[str], text: str) -> tuple[int, int] | None:
    return (int(text), int(text) + 1) if shape.fullmatch(text) else None


def _on_the_clock(text: str) -> tuple[int, int] | None:
    """Read `3:30` and `1:02:03`."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    count = hours * 3600 + minutes * 60 + seconds
    return count, count + 1


def _in_parts(text: str) -> tuple[int, int] | None:
    """Read `1h20m` and `3min`: as exact as the smallest unit that is named."""
    match = _PARTS.fullmatch(text)
    if match is None or not text:
        return None
    count, smallest = 0, 1
    for part, unit in zip(match.groups(), (3600, 60, 1), strict=True):
        if part is not None:
            count, smallest = count + int(part) * unit, unit
    return count, count + smallest


def _scaled(text: str, units: Mapping[str, int]) -> tuple[int, int] | None:
    """Read a number with its unit: as exact as its last digit."""
    number = _NUMBER.match(text)
    if number is None:
        return None
    unit = units.get(text[number.end() :].strip())
    if unit is None:
        return None
    step = Decimal(unit).scaleb(-len(number[2] or ""))
    digits = int(number[1] + (number[2] or ""))
    start = int(digits * step)
    return start, max(start + 1, int((digits + 1) * step))
