"""The sentences about recordings that are there more than once. Pure; all is escaped."""

from __future__ import annotations

from datetime import datetime

from bot.explanation import called
from bot.texts import NAME, ago, files, quoted, size
from bot.trackwords import length
from storage.duplicates import Group, Spare, Version
from storage.models import RulingKind
from storage.rulings import Ruling
from storage.trash import Rubbish

_SHOWN = 6  # versions of one recording

NONE = "Nothing is there more than once."
HOW = (
    "Merging keeps the best file and moves the others into the trash, where they take as much room "
    "until <code>/duplicates empty</code>. <code>/duplicates undo</code> brings them back."
)
USAGE = (
    "Write <code>/duplicates</code> to see what is there more than once, "
    "<code>/duplicates undo</code> to take back what you said of it, or "
    "<code>/duplicates empty</code> to delete what lies in the trash."
)
NOTHING_TO_UNDO = "There is nothing to take back."
WHICH_TO_UNDO = "<b>What you said last.</b> Which of it shall I take back?"
UNDONE = "Taken back."
TRASH_EMPTY = "The trash is empty."
ONE_MOMENT = "One moment…"

KEEP_BEST = "{number}: keep the best"
THEY_DIFFER = "{number}: they differ"
MORE = "▶ More"
FROM_THE_START = "⏮ From the start"
ALL = "Merge all"
MERGE = "Merge them"
EMPTY = "Delete them for good"
LEAVE = "Never mind"
UNDO = "↩ {number}"
UNDO_THIS = "↩ Take it back"


def heading(spare: Spare) -> str:
    return (
        f"<b>{recordings(spare.recordings)} more than once.</b> Without the others, "
        f"{files(spare.files)} and {size(spare.size)} less."
    )


def group(number: int, one: Group) -> list[str]:
    """Name a recording, and below it its files, the best first."""
    name = called(one.performer, one.title, one.name, NAME)
    shown = [_version(version, is_best=not n) for n, version in enumerate(one.versions[:_SHOWN])]
    left = len(one.versions) - len(shown)
    more = [f"   … and {left} more"] if left else []
    return [f"<b>{number}. {name}</b> · {length(one.duration)}", *shown, *more]


def ask_to_merge(spare: Spare) -> str:
    return (
        f"Keep the best of {recordings(spare.recordings)} and move {files(spare.files)} "
        f"({size(spare.size)}) into the trash? It can be taken back."
    )


def merged(ruling: Ruling) -> str:
    """Tell of a merge, as plain text."""
    return f"{files(ruling.tracks)} ({size(ruling.size)}) moved into the trash."


def kept_apart(_: Ruling) -> str:
    return "All right: different recordings."


def ask_to_empty(rubbish: Rubbish) -> str:
    return (
        f"{files(rubbish.files)} in the trash, {size(rubbish.size)}. Deleted, "
        "they are gone for good, and their merges cannot be taken back any more."
    )


def emptied(rubbish: Rubbish) -> str:
    return f"{files(rubbish.files)} deleted, {size(rubbish.size)} freed."


def ruling(number: int, one: Ruling, now: datetime) -> str:
    said = "Merged" if one.kind is RulingKind.MERGED else "Kept apart"
    what = f"“{called(one.performer, one.title, '', NAME)}”" if one.title else "all there were"
    moved = f", {files(one.tracks)}, {size(one.size)}" if one.kind is RulingKind.MERGED else ""
    return f"{number}. {said}: {what}{moved}, {ago(one.made_at, now)}"


def recordings(count: int) -> str:
    return "1 recording" if count == 1 else f"{count} recordings"


def _version(version: Version, *, is_best: bool) -> str:
    kind = version.format or "?"
    rate = f", {round(version.bitrate / 1000)} kbit/s" if version.bitrate else ""
    source = f"from {quoted(version.chat, 30)}" if version.chat else "imported"
    return f"   {'✓' if is_best else '·'} {quoted(kind)}{rate}, {size(version.size)}, {source}"
