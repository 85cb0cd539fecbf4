"""The update under which something is done, so that what is written for it is stored with it.

Whoever handles an update says so with `under`. The first transaction that writes then marks the
update as one that has acted, and both are stored or neither is: killed before, it is handled anew,
killed after, it never is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

_CURRENT: ContextVar[Handling | None] = ContextVar("handling", default=None)
_ASIDE: ContextVar[bool] = ContextVar("aside", default=False)


class UpdateState(StrEnum):
    """How far an update is. What has acted is never handled again."""

    NEW = "new"
    ACTED = "acted"  # stored, and perhaps not answered
    DONE = "done"
    BROKEN = "broken"  # set aside: it cannot be handled


class UpdateKey(NamedTuple):
    """What tells an update from all others: each bot has numbers of its own."""

    bot_id: int
    update_id: int


@dataclass(slots=True, eq=False)
class Handling:
    """An update while it is handled.

    Args:
        key: the bot that it was told, and Telegram's number of it.
        body: the update as it came, in JSON.
        received_at: when it came.
        words: what is left to say, in HTML, should the program be stopped once it has acted; none
            where only those know who would say it now, empty where it is told anyway.
        together: others that act with it, in the same transaction.
        is_acted: something was stored for it.
        is_over: nothing that is written from now on is for it.
        is_unheard: the answer could not be delivered.

    """

    key: UpdateKey
    body: str
    received_at: datetime
    words: str | None = None
    together: list[Handling] = field(default_factory=list)
    is_acted: bool = False
    is_over: bool = False
    is_unheard: bool = False

    def has_acted(self) -> None:
        for one in (self, *self.together):
            one.is_acted = True


@contextmanager
def under(handling: Handling | None) -> Iterator[None]:
    before = _CURRENT.set(handling)
    try:
        yield
    finally:
        _CURRENT.reset(before)


@contextmanager
def aside() -> Iterator[None]:
    """Let what is written inside not count as an act: written once more, it does no harm."""
    before = _ASIDE.set(True)
    try:
        yield
    finally:
        _ASIDE.reset(before)


def current() -> Handling | None:
    """Return the update that is handled here, unless that is over."""
    handling = _CURRENT.get()
    return None if handling is None or handling.is_over else handling


def to_be_marked() -> Handling | None:
    """Return the update that is handled here, where nothing was stored for it yet."""
    handling = current()
    return None if handling is None or handling.is_acted or _ASIDE.get() else handling


def left_to_say(words: str) -> None:
    """Say before an act what is to be said of it should nobody be left who says it."""
    handling = current()
    if handling is not None:
        handling.words = words


def tells_itself() -> None:
    """Note before an act that it shows without words, as a job does on its board."""
    handling = current()
    if handling is not None and handling.words is None:
        handling.words = ""
