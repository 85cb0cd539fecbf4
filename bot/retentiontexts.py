"""The sentences about how much of a chat is kept. Pure; all is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.texts import files, size, time_left, titled, tracks
from downloader.retaining import Cleaning
from storage.models import Chat
from storage.retention import Guard, Retention
from storage.rulings import Ruling

ALL_IS_KEPT = (
    "Of every chat, everything is kept. <code>/retention @jazz keep 500</code> keeps only the "
    "newest 500 tracks of one; <code>keep 20GB</code> and <code>keep 90d</code> work too."
)
KEPT = "<b>So much is kept.</b>"
NOTHING_GOES = "Nothing has to go for it now."
HOW = (
    "This is looked after when a download from there is over, and once a day. What goes lies in "
    "the /trash for a while, and does not come back by itself; its link or /retry brings it."
)
UNKNOWN_CHAT = "I have nothing of this chat yet. Download something from there first."

KEEP = "Keep only that"
LEAVE = "Never mind"

_GUARDS = {
    Guard.FAVORITE: "{count} among somebody’s favorites",
    Guard.LISTED: "{count} in a playlist",
    Guard.ASKED: "{count} that somebody asked for by itself",
    Guard.PLAYED: "{count} played in the last 30 days",
    Guard.WANTED: "{count} that a download is about",
    Guard.ELSEWHERE: "{count} that another chat posted too",
    Guard.IMPORTED: "{count} that you had before",
}


def ask_first(chat: Chat, retention: Retention, found: Cleaning) -> str:
    """Tell what would go, before anything does."""
    lines = [f"<b>{name(chat)}</b>: keep only {limits(retention)}?", *cleaning(found), HOW]
    return "\n".join(lines)


def cleaning(found: Cleaning) -> list[str]:
    """Tell what goes, and what stays although it is more than is kept."""
    lines = [f"{tracks(len(found.going))} would go, {size(found.size)}."]
    if not found.going:
        lines = [NOTHING_GOES]
    if found.staying:
        lines.append(f"These stay besides: {staying(found.staying)}.")
    return lines


def staying(counts: Mapping[Guard, int]) -> str:
    told = [guard for guard in Guard if counts.get(guard)]
    return ", ".join(_GUARDS[guard].format(count=counts[guard]) for guard in told)


def kept(chat: Chat, retention: Retention, ruling: Ruling | None) -> str:
    went = f" {files(ruling.tracks)} moved into the trash, {size(ruling.size)}." if ruling else ""
    return f"<b>{name(chat)}</b>: {limits(retention)} will be kept.{went}"


def gone(rulings: Sequence[Ruling]) -> str:
    """Tell what went into the trash for all chats, as plain text."""
    count, total = sum(one.tracks for one in rulings), sum(one.size for one in rulings)
    return f"{files(count)} moved into the trash, {size(total)}."


def off(chat: Chat, *, is_new: bool) -> str:
    now = "from now on" if is_new else "already"
    return f"<b>{name(chat)}</b>: everything is kept {now}."


def line(chat: Chat, retention: Retention) -> str:
    return f"· {name(chat)}: {limits(retention)}"


def limits(retention: Retention) -> str:
    """Say how much is kept: `the newest 500 tracks, within 20 GB, none older than 90 days`."""
    count = tracks(retention.count) if retention.count else "tracks"
    parts = [f"the newest {count}".replace("newest 1 ", "newest ")]
    if retention.size is not None:
        parts.append(f"within {size(retention.size)}")
    if retention.age is not None:
        parts.append(f"none older than {time_left(retention.age)}")
    return ", ".join(parts)


def name(chat: Chat) -> str:
    return titled(chat, f"@{chat.username}" if chat.username else str(chat.id))
