"""Questions of ours, most of them for a name, which people answer with a message. Pure.

What the answer is for stands in the question itself, as a link: nothing need be remembered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from aiogram.types import Message

from bot import shelftexts, watchchoicetexts
from bot.characters import cleaned, cut

_LONGEST = 60
_SUBJECT = re.compile(r"[?&]start=[tp](\d{1,18})(?!\d)", re.ASCII)


class Wish(StrEnum):
    NEW = shelftexts.ASKS_NEW
    RENAME = shelftexts.ASKS_RENAME
    EDIT = shelftexts.ASKS_EDIT
    FOLLOW = watchchoicetexts.ASKS_CHAT


_OF_NOTHING = frozenset({Wish.NEW, Wish.FOLLOW})  # or need not be of anything


@dataclass(frozen=True, slots=True)
class Prompt:
    """`subject`: a track (that a new list is for, if any, or to be corrected), or a list."""

    wish: Wish
    subject: int | None


def named(text: str) -> str:
    """Return a name as it is kept: one line, and not too long."""
    return cut(cleaned(text), _LONGEST)


def answered(message: Message, bot_id: int) -> Prompt | None:
    """Return the question of ours that a message answers with words."""
    question = message.reply_to_message
    if question is None or question.from_user is None or question.from_user.id != bot_id:
        return None
    if not message.text or message.text.startswith("/"):
        return None
    wish = next((one for one in Wish if (question.text or "").startswith(one)), None)
    if wish is None:
        return None
    subject = subject_of(question)
    return None if wish not in _OF_NOTHING and subject is None else Prompt(wish, subject)


def subject_of(question: Message) -> int | None:
    """Return the number of what a question is about, by the first link of ours in it."""
    subjects = [_SUBJECT.search(entity.url or "") for entity in question.entities or []]
    return next((int(found[1]) for found in subjects if found), None)
