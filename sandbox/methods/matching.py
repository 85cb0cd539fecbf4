"""What `messages.search` finds: filters by kind of media, words, dates, sender and topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telethon.tl import types

from sandbox.methods.dates import when
from sandbox.world import Chat, Document, Post

_REMEMBERED = 16  # searches
GENERAL = 1  # the topic of posts that are in no other


@dataclass(frozen=True, slots=True)
class Wanted:
    kind: type  # of the filter
    words: str = ""
    min_date: datetime | None = None
    max_date: datetime | None = None
    topic: int | None = None
    sender: int | None = None


def wanted_of(request: Any, sender: int | None) -> Wanted:
    return Wanted(
        type(request.filter),
        request.q.casefold(),
        when(request.min_date),
        when(request.max_date),
        request.top_msg_id,
        sender,
    )


class Searches:
    """Remembers what was found, page after page, until the chat changes."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int, Wanted], list[Post]] = {}

    def matching(self, chat: Chat, wanted: Wanted) -> list[Post]:
        """Return what is found, ascending by id."""
        search = (chat.id, chat.pts, wanted)
        if search not in self._found:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[search] = matching(chat, wanted)
        return self._found[search]


def matching(chat: Chat, wanted: Wanted) -> list[Post]:
    posts: Sequence[Post] = list(chat.posts.values())
    if wanted.topic is not None:
        posts = [post for post in posts if in_topic(post, wanted.topic)]
    return [post for post in posts if fits(post, wanted.kind) and _fits_rest(post, wanted)]


def in_topic(post: Post, topic: int) -> bool:
    return (post.topic or GENERAL) == topic


def fits(post: Post, kind: type) -> bool:
    """Tell whether a post belongs under a filter; links and the like are in no world."""
    if kind is types.InputMessagesFilterEmpty:
        return True
    document = post.document
    if document is None:
        return False
    if kind is types.InputMessagesFilterMusic:
        return is_music(document)
    if kind in {types.InputMessagesFilterVoice, types.InputMessagesFilterRoundVoice}:
        return document.voice
    is_plain = not (document.voice or document.photo or is_music(document))
    return kind is types.InputMessagesFilterDocument and is_plain


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
