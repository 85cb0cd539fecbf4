"""Says in one or two sentences why a job or a track is where it is, and what to do. Pure."""

from __future__ import annotations

import re
from datetime import datetime

from bot import texts
from bot.reasons import OF_VOICE, REASONS
from downloader.plan import WITH_VOICE
from storage.models import Item, Reason, Track

# These pass by themselves; elsewhere a person must act, and no time need be told.
_PASSING = frozenset(
    {
        Reason.FLOOD,
        Reason.OFFLINE,
        Reason.SERVER_TROUBLE,
        Reason.TOO_MANY_FILES,
        Reason.OUTSIDE_HOURS,
    }
)
_OUT_OF = re.compile(r"(\d{1,15}) of (\d{1,15})", re.ASCII)
_BYTES = re.compile(r"(\d{1,15}) bytes", re.ASCII)
_PLACE = re.compile(r"[\w -]+: (/.*)", re.DOTALL)


def explained(
    reason: Reason,
    detail: str = "",
    until: datetime | None = None,
    now: datetime | None = None,
    *,
    start: bool = True,
) -> str:
    """Explain a reason in whole sentences; without `start` they go on after a colon."""
    words = REASONS[reason]
    if detail == WITH_VOICE:
        words = OF_VOICE.get(reason, words)
    why = words.why[0].upper() + words.why[1:] if start else words.why
    if fact := _fact(reason, detail):
        why += f" ({fact})"
    todo = words.todo
    if until and now and until > now and reason in _PASSING:
        todo = f"It continues {texts.again(reason, detail, until, now)}."
    elif until and now and until > now and reason is Reason.TAKEOUT_DELAY:
        todo += f" Otherwise it begins {texts.until(until, now)}."
    return f"{why}. {todo}".rstrip()


def name(item: Item, room: int = texts.NAME) -> str:
    """Name a track as Telegram does, or by its file, or by its message."""
    audio = item.audio
    if audio is None:
        return f"message {item.message_id}"
    return called(audio.performer, audio.title, audio.name, room) or f"message {item.message_id}"


def track_name(track: Track, room: int = texts.NAME) -> str:
    return called(track.performer, track.title, track.name, room) or f"track {track.id}"


def called(performer: str, title: str, file_name: str, room: int) -> str:
    return texts.quoted(" – ".join(filter(None, [performer, title])) or file_name, room)


def _fact(reason: Reason, detail: str) -> str:
    """Return what helps a person in the detail that was stored with a reason."""
    match reason:
        case Reason.REFUSED:
            return texts.quoted(detail, 40)
        case Reason.INCOMPLETE_AT_SOURCE if found := _OUT_OF.fullmatch(detail):
            return f"{texts.size(int(found[1]))} of {texts.size(int(found[2]))}"
        case Reason.DISK_FULL if found := _BYTES.fullmatch(detail):
            return f"{texts.size(int(found[1]))} more are needed"
        case Reason.DISK_DENIED | Reason.DISK_MISSING | Reason.DISK_BROKEN | Reason.LOCKED if (
            found := _PLACE.fullmatch(detail)
        ):
            return f"<code>{texts.quoted(found[1], 120)}</code>"
        case _:
            return ""
