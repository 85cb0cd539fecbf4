"""What `messages.search` finds: filters by kind of media, words, dates, sender and topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telethon.tl import types

from sandbox.methods.call import when
from sandbox.world import Chat, Document, Post

GENERAL = 1  # the topic of posts that are in no other


@dataclass(frozen=True, slots=True)
class Wanted:
    filter: Any
    words: str = ""
    min_date: datetime | None = None
    max_date: datetime | None = None
    topic: int | None = None
    sender: int | None = None


def wanted_of(request: Any, sender: int | None) -> Wanted:
    return Wanted(
        request.filter,
        request.q.casefold(),
        when(request.min_date),
        when(request.max_date),
        request.top_msg_id,
        sender,
    )


def matching(chat: Chat, wanted: Wanted) -> list[Post]:
    """Return what is found, ascending by id."""
    posts: Sequence[Post] = list(chat.posts.values())
    if wanted.topic is not None:
        posts = [post for post in posts if in_topic(post, wanted.topic)]
    return [post for post in posts if fits(post, wanted.filter) and _fits_rest(post, wanted)]


def in_topic(post: Post, topic: int) -> bool:
    return (post.topic or GENERAL) == topic


def fits(post: Post, kind: Any) -> bool:
    """Tell whether a post belongs under a filter; photos, links and the like are in no world."""
    document = post.document
    match kind:
        case types.InputMessagesFilterEmpty():
            return True
        case types.InputMessagesFilterMusic():
            return document is not None and is_music(document)
        case types.InputMessagesFilterVoice() | types.InputMessagesFilterRoundVoice():
            return document is not None and document.voice
        case types.InputMessagesFilterDocument():
            return document is not None and not (is_music(document) or document.voice)
        case _:
            return False


def is_music(document: Document) -> bool:
    """Audio with Telegram's audio attribute; what was sent as a plain file is not found."""
    return document.duration is not None and not document.voice


def _fits_rest(post: Post, wanted: Wanted) -> bool:
    if wanted.min_date and post.date <= wanted.min_date:
        return False
    if wanted.max_date and post.date >= wanted.max_date:
        return False
    if wanted.sender is not None and (post.sender is None or post.sender.id != wanted.sender):
        return False
    return not wanted.words or wanted.words in _text(post)


def _text(post: Post) -> str:
    parts = [post.text]
    if post.document is not None:
        parts += [post.document.performer or "", post.document.title or ""]
        parts.append(post.document.name or "")
    return " ".join(parts).casefold()
