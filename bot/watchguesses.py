"""Guesses what a word of a watch was meant for that would be looked for in names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress

from bot import commands, filters
from bot.errors import UsageError

_SHORT = 3  # letters, of which one slip makes any other word
_SPAN = re.compile(r"(\d{1,5})?\s*(m|h|d|w)(?:in(?:ute)?s?|ours?|rs?|ays?|eeks?)?", re.IGNORECASE)
_TIME = re.compile(r"\d{1,2}:\d{2}", re.ASCII)
_NUMBER = re.compile(r"\d{1,5}", re.ASCII)
_YEAR = re.compile(r"20[1-3]\d", re.ASCII)
_BITRATE = re.compile(r"(\d{2,4})k(?:bps|bit)?", re.ASCII | re.IGNORECASE)
_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_FORMATS = ("mp3", "flac", "m4a", "ogg", "opus", "wav", "aac", "alac", "wma", "ape", "aiff")
_MEANT: Mapping[str, str] = {
    **dict.fromkeys(("hourly", "bihourly"), "every 1h"),
    **dict.fromkeys(("everyday", "each", "often"), "every 1d"),
    "nightly": "daily 02:00",
    "weekly": "every 1w",
    **dict.fromkeys(("biweekly", "fortnightly"), "every 2w"),
    "monthly": "every 30d",
    "weekdays": 'cron "0 8 * * 1-5"',
    **dict.fromkeys(("weekend", "weekends"), 'cron "0 8 * * 0,6"'),
    **{name: f'cron "0 8 * * {number}"' for number, name in enumerate(_DAYS)},
    **{f"{name}s": f'cron "0 8 * * {number}"' for number, name in enumerate(_DAYS)},
    **dict.fromkeys(("always", "immediately", "instantly", "instant", "realtime"), "live"),
    **dict.fromkeys(("silent", "silently", "mute", "muted", "quietly"), "quiet"),
    **dict.fromkeys(("summary", "report"), "digest 20:00"),
    **dict.fromkeys(("all", "everything"), "backfill all"),
    **dict.fromkeys(("newest", "latest", "history"), "backfill 200"),
    **dict.fromkeys(("since", "from", "until"), "posted:2024"),
    **dict.fromkeys(("important", "urgent"), "priority high"),
    **dict.fromkeys(("limit", "budget"), "max 5GB/day"),
    **dict.fromkeys(("send", "forward"), "to @mychannel"),
    "playlist": 'into "Friday Jazz"',
    **{name: f"format:{name}" for name in _FORMATS},
}


def meant(word: str, options: Iterable[str]) -> str | None:
    """Return what a word was probably meant for, as it is to be written; None for any other."""
    low = word.lower()
    if low in _MEANT:
        return _MEANT[low]
    if _NUMBER.fullmatch(word):
        return f"posted:{word}" if _YEAR.fullmatch(word) else f"backfill {word}"
    if span := _SPAN.fullmatch(word):
        return f"every {span[1] or 1}{span[2].lower()}"
    if _TIME.fullmatch(word):
        return f"daily {word}"
    if bitrate := _BITRATE.fullmatch(word):
        return f"bitrate>={bitrate[1]}k"
    return filters.misspelt(word, [one for one in options if len(one) > _SHORT])


def other_chat(word: str) -> str | None:
    """Return the chat that a word names, if it does."""
    with suppress(UsageError):
        return commands.one_chat(word).chat
    return None
