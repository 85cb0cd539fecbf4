"""Reads how much of a chat is to be kept, and packs that into a button. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.callbacks import Action, Press
from bot.characters import cleaned
from bot.commands import one_chat
from bot.errors import OutOfDateError, Usage, UsageError
from bot.links import Link
from storage.retention import Retention

_KEEP, _OFF = "keep", "off"
_COUNT = re.compile(r"[1-9]\d{0,6}", re.ASCII)
_SIZE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*([MGT])B", re.IGNORECASE | re.ASCII)
_AGE = re.compile(r"([1-9]\d{0,3})(d|w|mo|y)", re.IGNORECASE | re.ASCII)
# `20 GB` is one word.
_APART = re.compile(r"(?<=\d)\s+(?=[MGT]B\b)", re.IGNORECASE)
_MB = 10**6
_UNITS = {"m": _MB, "g": 10**9, "t": 10**12}
_DAYS = {"d": 1, "w": 7, "mo": 30, "y": 365}


@dataclass(frozen=True, slots=True)
class Said:
    """How much of which chat is to be kept; None where all of it is."""

    chat: Link
    retention: Retention | None


def read(args: str) -> Said | None:
    """Read `@jazz keep 500 20GB 90d` or `@jazz off`; None where nothing was said."""
    words = _APART.sub("", cleaned(args)).split()
    if not words:
        return None
    chat, *said = one_chat(words[0]), *words[1:]
    if [word.lower() for word in said] == [_OFF]:
        return Said(chat, None)
    if said and said[0].lower() == _KEEP:
        said = said[1:]
    if not said:
        raise UsageError(Usage.BAD_RETENTION)
    retention = Retention()
    for word in said:
        retention = with_limit(retention, word)
    return Said(chat, retention)


def press(chat_id: int, retention: Retention) -> Press:
    """Return what a button says that is to keep so much of a chat."""
    size = (retention.size or 0) // _MB
    days = (retention.age or timedelta()) // timedelta(days=1)
    number = 2 * abs(chat_id) + (chat_id < 0)
    return Press(Action.RETAIN, number, (retention.count or 0, size, days))


def pressed(one: Press) -> tuple[int, Retention]:
    """Return which chat a button means, and how much of it is to be kept.

    Raises `OutOfDateError` where it says neither.
    """
    half, is_negative = divmod(one.number, 2)
    if len(one.more) != 3:
        raise OutOfDateError
    count, size, days = one.more
    age = timedelta(days=days) if days else None
    return -half if is_negative else half, Retention(count or None, size * _MB or None, age)


def with_limit(retention: Retention, word: str) -> Retention:
    """Add `500`, `20GB` or `90d` to what is said already. Raises `UsageError`."""
    if _COUNT.fullmatch(word) and retention.count is None:
        return replace(retention, count=int(word))
    if (found := _SIZE.fullmatch(word)) and retention.size is None:
        size = round(float(found[1]) * _UNITS[found[2].lower()] / _MB) * _MB
        if size:
            return replace(retention, size=size)
    if (found := _AGE.fullmatch(word)) and retention.age is None:
        return replace(retention, age=timedelta(days=int(found[1]) * _DAYS[found[2].lower()]))
    raise UsageError(Usage.BAD_RETENTION, word)
