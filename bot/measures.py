"""Reads hours and speeds as people write them in settings. Pure."""

from __future__ import annotations

import re
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_SPEED = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(k|K|M|G)B(?:/s)?")
_UNITS = {"k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9}
_SLOWEST = 10_000  # bytes per second: a part takes 13 s then


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


def _time(hour: int, minute: int) -> time:
    return time() if (hour, minute) == (24, 0) else time(hour, minute)
