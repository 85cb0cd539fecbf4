"""Reads days, and how long ago something was, as people write them. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from storage.query.tree import Ago, During, Midnight, Moment, Stamp

_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)
_AGO = re.compile(r"(\d{1,4})\s*([a-z]+)", re.ASCII)
# Nothing was posted before, and the arithmetic stays within what a date can be.
_YEARS = range(1970, 2200)
_DAYS = {
    **dict.fromkeys(("d", "day", "days"), 1),
    **dict.fromkeys(("w", "wk", "week", "weeks"), 7),
    **dict.fromkeys(("mo", "mon", "month", "months"), 30),
    **dict.fromkeys(("y", "yr", "year", "years"), 365),
}
_NAMED = {"today": 0, "yesterday": 1}
_MOST_DAYS = 365 * 100


class WhichWayError(Exception):
    """Whether more or less than so long ago is meant cannot be told."""


def is_unit_of_days(word: str) -> bool:
    return word.lower() in _DAYS


def during(stamp: Stamp, operator: str, value: str) -> During | None:
    """Return what `posted:2024` or `added>2024-01-31` means; None where it is not readable.

    With `:` or `=`, a day, month or year is meant as a whole, and `7d` as the last seven days.
    """
    first, dots, last = value.partition("..")
    if dots:
        return _range(stamp, first, last) if operator in {":", "="} else None
    if ago := _ago(value):
        if operator not in {":", "="}:
            raise WhichWayError
        return During(stamp, ago, None)
    span = _span(value)
    if span is None:
        return None
    start, end = span
    since, until = {
        ">": (end, None),
        ">=": (start, None),
        "<": (None, start),
        "<=": (None, end),
    }.get(operator, span)
    return During(stamp, since, until)


def moment(value: str) -> Moment | None:
    """Return the first moment of what is written."""
    span = _span(value)
    return span[0] if span else _ago(value)


def _range(stamp: Stamp, first: str, last: str) -> During | None:
    since = moment(first) if first else None
    span = _span(last) if last else None
    until = span[1] if span else (_ago(last) if last else None)
    if not (first or last) or (first and since is None) or (last and until is None):
        return None
    if _is_turned(since, moment(last)):
        return _range(stamp, last, first)
    return During(stamp, since, until)


def _is_turned(first: Moment | None, last: Moment | None) -> bool:
    match first, last:
        case datetime(), datetime():
            return first > last
        case Ago(), Ago():
            return first.span < last.span
        case Midnight(), Midnight():
            return first.days < last.days
    return False


def _ago(text: str) -> Ago | None:
    match = _AGO.fullmatch(text.strip().lower())
    if match is None or match[2] not in _DAYS:
        return None
    days = int(match[1]) * _DAYS[match[2]]
    return Ago(timedelta(days=days)) if days <= _MOST_DAYS else None


def _span(text: str) -> tuple[Moment, Moment] | None:
    """Return where a day, month or year begins, and where the next one does."""
    text = text.strip().lower()
    if text in _NAMED:
        ago = _NAMED[text]
        return Midnight(ago), Midnight(ago - 1)
    match = _DAY.fullmatch(text)
    if match is None or int(match[1]) not in _YEARS:
        return None
    year, month, day = int(match[1]), match[2], match[3]
    try:
        start = datetime(year, int(month or 1), int(day or 1), tzinfo=UTC)
    except ValueError:
        return None
    if day:
        return start, start + timedelta(days=1)
    following = divmod(start.month, 12) if month else (1, 0)
    return start, datetime(year + following[0], following[1] + 1, 1, tzinfo=UTC)
