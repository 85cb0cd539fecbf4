"""What it means to follow a chat: which postings, when, and how much. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from storage.action import Action
from storage.models import Chat, Origin, Reason, Request

GENERAL = 1  # the topic of what was posted in none


class WatchState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"  # a person has said so
    LOST = "lost"  # its chat can be read no more: a person must act


class Notice(StrEnum):
    """How much is told of what a watch brings."""

    BOARD = "board"  # as of any download
    QUIET = "quiet"  # only what goes wrong
    DIGEST = "digest"  # once a day


class Priority(StrEnum):
    """Who comes first where several are due, the first before the last."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a watch looks: exactly one of these is set.

    `is_live` is when something is posted, as far as an account hears of that. `daily` and `cron`
    (minute, hour, day, month, weekday) are on the clock on the wall.
    """

    every: timedelta | None = None
    daily: time | None = None
    cron: str = ""
    is_live: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What a watch fetches, and when.

    `query` is as `storage.query` reads it. It looks only between the `hours`, where there are any,
    and fetches at most so many bytes a day. `topic` is the id of a forum topic, which was called so
    when that was asked. `digest_at`, on the clock on the wall, is set with that notice alone.
    `actions` is what is done with each track, `folder` a template for where it lies.
    """

    rhythm: Rhythm
    query: str = ""
    hours: tuple[time, time] | None = None
    most_a_day: int | None = None
    notice: Notice = Notice.BOARD
    topic: int | None = None
    voice: bool = False
    priority: Priority = Priority.NORMAL
    digest_at: time | None = None
    actions: tuple[Action, ...] = ()
    folder: str = ""
    topic_title: str = ""

    def asking(self, name: str, limit: int) -> Request:
        """Return what asks a chat for what fits, and says what is to become of that."""
        return Request(
            name,
            limit,
            topic=self.topic,
            voice=self.voice,
            query=self.query,
            is_quiet=self.notice is not Notice.BOARD,
            actions=self.actions,
            folder=self.folder,
        )


@dataclass(frozen=True, slots=True)
class Called:
    """What people were told that a chat is called."""

    title: str
    username: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a chat was looked at: everything up to this message, which was posted then.

    Where each account numbers the messages by itself, it is None, and only the time tells.
    """

    message_id: int | None
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Watch:
    """A chat that somebody follows.

    `name` is that of the chat as a `Request` has it. `chat` is known, and `seen` is set, once it
    was looked at. `troubles` counts the runs in a row that came to nothing, `reason` and `detail`
    say why; an active one with a reason and no troubles waits for the world to change. While it
    `is_untold`, a person is still to be told of that.
    """

    id: int
    name: str
    rules: Rules
    origin: Origin
    state: WatchState
    made_at: datetime
    next_at: datetime
    chat: Chat | None = None
    seen: Seen | None = None
    troubles: int = 0
    reason: Reason | None = None
    detail: str = ""
    called: Called | None = None
    is_untold: bool = False

    @property
    def is_renamed(self) -> bool:
        """Tell whether the chat is called otherwise than people were told."""
        if self.chat is None or self.called is None:
            return False
        return self.called != Called(self.chat.title, self.chat.username)


@dataclass(frozen=True, slots=True)
class Run:
    """One look at a chat: how much was new, and the job that fetches it, if any was wanted.

    `size` in bytes. `reason` says why it came to nothing.
    """

    at: datetime
    read: int = 0
    found: int = 0
    size: int = 0
    job_id: int | None = None
    reason: Reason | None = None
    detail: str = ""
