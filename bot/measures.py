"""Reads hours, speeds, templates and rules as people write them in settings. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.characters import cleaned
from downloader.hours import Hours
from downloader.metadata.naming.rules import Rules, names
from downloader.schedule import Schedule
from storage.templates import Misfit, Template, TemplateError, parse
from storage.watch import Rhythm

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_SPEED = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(k|K|M|G)B(?:/s)?")
_BACKUPS = re.compile(
    r"(?:daily\s+(?:at\s+)?(\d{1,2}):(\d{2})|every\s+(\d{1,3})\s*([hd]))\s*,?\s+keep\s+(\d{1,4})",
    re.IGNORECASE | re.ASCII,
)
_OFF = "off"
_SPANS = {"h": timedelta(hours=1), "d": timedelta(days=1)}
# In a header that is sent: nothing that could end it.
CONTACT = r"^(?:https?://[!-~]{3,100}|[!-?A-~]{1,60}@[!-?A-~]{3,60})$"
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?|[0-9a-f]*:[0-9a-f:.]+", re.ASCII)
_ANY_DAY = date(2026, 1, 2)
_UNITS = {"k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9}
_SLOWEST = 10_000  # bytes per second: a part takes 13 s then
# What has no field in it is not repeated: it may be a secret in the wrong line.
_OF_TEMPLATES = {
    Misfit.UNKNOWN_FIELD: "there is no field {word}; is {{{suggestion}}} meant?",
    Misfit.BAD_FORMAT: "{word} is not how this field is written",
    Misfit.OPEN: "this {word} is never closed",
    Misfit.CLOSED: "this {word} was never opened",
    Misfit.NESTED: "square brackets cannot stand in square brackets",
    Misfit.NO_FIELD: "there is no field in this part",
    Misfit.NO_NAME: "this folder or file has no name",
    Misfit.UNPORTABLE: "{word} cannot stand in a name on every system",
    Misfit.TOO_DEEP: "these are too many folders in each other",
}


def hours(text: str) -> tuple[time, time]:
    """Read `02:00-06:00`. Raises ValueError in words for people."""
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        raise ValueError("this is no span of hours")
    numbers = [int(number) for number in match.groups()]
    try:
        start, end = _time(*numbers[:2]), _time(*numbers[2:])
    except ValueError:
        raise ValueError("there is no such time of the day") from None
    if start == end:
        raise ValueError("the hours end when they begin")
    return start, end


def is_within(moment: time, span: tuple[time, time]) -> bool:
    """Tell whether a time of the day is one of these hours."""
    utc = ZoneInfo("UTC")
    return Hours(*span, utc).are_open(datetime.combine(_ANY_DAY, moment, utc))


def zone(name: str) -> ZoneInfo:
    """Read `Europe/Berlin`. Raises ValueError in words for people."""
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("there is no such time zone") from None


def speed(text: str) -> int:
    """Read `5MB/s` as bytes per second. Raises ValueError in words for people."""
    match = _SPEED.fullmatch(text.strip())
    if match is None:
        raise ValueError("this is no speed")
    found = int(float(match[1]) * _UNITS[match[2]])
    if found < _SLOWEST:
        raise ValueError("this is too slow")
    return found


def template(text: str) -> Template:
    """Read `{artist}/{title}`. Raises ValueError in words for people."""
    try:
        return parse(text)
    except TemplateError as error:
        word = cleaned(error.word) or "a control character"
        problem = _OF_TEMPLATES[error.misfit].format(word=word, suggestion=error.suggestion)
        raise ValueError(f"at character {error.start + 1}: {problem}") from None


def backups(text: str) -> Schedule | None:
    """Read `daily 03:00, keep 7` or `every 12h, keep 7`; None is never.

    Raises ValueError in words for people.
    """
    if text.strip().lower() == _OFF:
        return None
    match = _BACKUPS.fullmatch(text.strip())
    if match is None:
        raise ValueError("this does not say when, and how many are kept")
    keep = int(match[5])
    if not keep:
        raise ValueError("at least one backup must be kept")
    if match[3] is None:
        return Schedule(Rhythm(daily=_moment(match[1], match[2])), keep)
    every = int(match[3]) * _SPANS[match[4].lower()]
    if not every:
        raise ValueError("there must be some time between two backups")
    return Schedule(Rhythm(every=every), keep)


def hosts(text: str) -> frozenset[str]:
    """Read `nas, 192.168.1.5`. Raises ValueError in words for people."""
    found = frozenset(word.strip().lower() for word in text.split(",") if word.strip())
    if wrong := [word for word in found if not _HOST.fullmatch(word)]:
        raise ValueError(f"'{cleaned(min(wrong))}' is no name of a machine: leave out all else")
    return found


def name_rules(text: str) -> Rules:
    """Read `sites, quality`, the rules that are off. Raises ValueError in words for people."""
    off = frozenset(word.strip().lower() for word in text.split(",") if word.strip())
    if unknown := off - frozenset(names()):
        word = cleaned(min(unknown)) or "a control character"
        raise ValueError(f"there is no rule '{word}', only {', '.join(sorted(names()))}")
    return Rules(off)


def _moment(hour: str, minute: str) -> time:
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise ValueError("there is no such time of the day") from None


def _time(hour: int, minute: int) -> time:
    return time() if (hour, minute) == (24, 0) else time(hour, minute)
