"""The sentences about what lies in the trash, and how it came there. Pure; all is escaped."""

from __future__ import annotations

from datetime import datetime

from bot.explanation import called
from bot.texts import NAME, ago, files, quoted, size, titled
from storage.models import Chat
from storage.removals import Removal
from storage.ruling import RulingKind
from storage.rulings import Ruling
from storage.trash import Rubbish

EMPTY_TRASH = "The trash is empty."
NOTHING_TO_UNDO = "There is nothing to take back."
WHICH_TO_UNDO = "<b>What you said last.</b> Which of it shall I take back?"
WHICH_TO_BRING = "Which of these shall I bring back?"
UNDONE = "Taken back."
REMOVE = (
    "Answer a track that I sent with /remove, and its file goes into the /trash. All files of the "
    "same recording do."
)
NO_FILE = "Its file is not there any more."

ASK_TO_EMPTY = "Empty it"
EMPTY = "Delete them for good"
LEAVE = "Never mind"
UNDO = "↩ {number}"
UNDO_THIS = "↩ Take it back"

_SAID = {
    RulingKind.MERGED: "Merged",
    RulingKind.APART: "Kept apart",
    RulingKind.REMOVED: "Removed",
}


def heading(rubbish: Rubbish) -> str:
    return f"<b>{files(rubbish.files)} in the trash, {size(rubbish.size)}.</b>"


def ask_to_empty(rubbish: Rubbish) -> str:
    return (
        f"{files(rubbish.files)} in the trash, {size(rubbish.size)}. Deleted, "
        "they are gone for good: nothing of it can be taken back any more."
    )


def emptied(rubbish: Rubbish) -> str:
    return f"{files(rubbish.files)} deleted, {size(rubbish.size)} freed."


def moved(ruling: Ruling) -> str:
    """Tell what went into the trash, as plain text."""
    return f"{files(ruling.tracks)} ({size(ruling.size)}) moved into the trash."


def removed(ruling: Ruling) -> str:
    return f"🗑 {_what(ruling)}: {moved(ruling)}"


def ruling(number: int, one: Ruling, now: datetime) -> str:
    its = "" if one.kind is RulingKind.APART else f", {files(one.tracks)}, {size(one.size)}"
    return f"{number}. {_SAID[one.kind]}: {_what(one)}{its}, {ago(one.made_at, now)}"


def why(removal: Removal, kept_of: Chat | None, now: datetime) -> str:
    """Tell why a track is not in the library."""
    for_it = (
        f": it was more than is kept of {titled(kept_of, str(kept_of.id))} (/retention)"
        if kept_of
        else ""
    )
    return (
        f"🗑 It was removed {ago(removal.at, now)}{for_it}. The /trash may still have it. "
        "Send me its link without /why, and I fetch it again."
    )


def _what(one: Ruling) -> str:
    if one.chat_id is not None:
        return f"more than is kept of {quoted(one.chat) or 'a chat'}"
    name = called(one.performer, one.title, "", NAME) if one.title else ""
    return f"“{name}”" if name else "all there were"
