"""Reads dates, and the numbers of tracks and discs. Pure."""

from __future__ import annotations

import re
from datetime import date

_YEARS = range(1000, 2101)
_ISO = re.compile(r"\s*(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?(?!\d)")
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})(?!\d)")
_REVERSED = re.compile(r"\s*(\d{1,2})[-./](\d{1,2})[-./](\d{4})(?!\d)")
_ANY_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_NUMBERS = range(1, 10_000)
_COUNTED = re.compile(r"\s*[A-Da-d]?(\d{1,9})\s*(?:(?:/|of|из|von|de)\s*(\d{1,9})\s*)?$")
_NUMBERED = re.compile(r"[\[(]?(\d{1,2})[\])]?(?:[.)]\s*|\]\s*|\s*[-–—]\s+|_+)(?=[^\d\s])")
_OF_HUNDREDS = re.compile(r"(\d{3})\.\s*(?=[^\d\s])")
_PADDED = re.compile(r"(0\d)\s+(?=\S)")
_SIDE = re.compile(r"[A-D]([1-9])[.)]?\s+(?=[^\s\d–—-])")
_OF_DISC = re.compile(r"(\d)[-.](\d{2})(?:[\s.]+[-–—]?\s*)(?=[^\d\s])")


def partial(text: str) -> str:
    """Return `2004`, `2004-05` or `2004-05-17`, as far as the text says it; else nothing."""
    # Digits of Arabic and Persian are digits as well.
    if found := _COMPACT.match(text) or _ISO.match(text):
        year, month, day = found.groups()
    elif found := _REVERSED.match(text):
        day, month, year = found.groups()
    elif found := _ANY_YEAR.search(text):
        year, month, day = found[1], None, None
    else:
        return ""
    return _written(int(year), int(month or 0), int(day or 0))


def counted(text: str) -> tuple[int | None, int | None]:
    """Return number and total out of `3`, `03`, `3/12`, `3 of 12` or `A3`."""
    found = _COUNTED.match(text)
    return (within(found[1]), within(found[2])) if found else (None, None)


def without_number(text: str) -> tuple[str, int | None, int | None]:
    """Return a text without the number of a track before it, then numbers of disc and track."""
    if found := _OF_DISC.match(text):
        return text[found.end() :], within(found[1]), within(found[2])
    for pattern in (_NUMBERED, _OF_HUNDREDS, _PADDED, _SIDE):
        if found := pattern.match(text):
            return text[found.end() :], None, within(found[1])
    return text, None, None


def within(digits: str | int | None) -> int | None:
    number = int(digits) if digits is not None else None
    return number if number in _NUMBERS else None


def _written(year: int, month: int, day: int) -> str:
    if year not in _YEARS:
        return ""
    if not 1 <= month <= 12:
        return f"{year:04}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return f"{year:04}-{month:02}"
