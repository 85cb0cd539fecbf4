"""Who acts at the moment, and by which clock: bound at the edge, read where an act is stored.

Tasks inherit it from whoever starts them, so that what a person sets going is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from storage.record import Who


@dataclass(frozen=True, slots=True)
class Actor:
    who: Who
    now: Callable[[], datetime]


_ACTOR: ContextVar[Actor | None] = ContextVar("actor", default=None)


@contextmanager
def acting(who: Who, now: Callable[[], datetime]) -> Iterator[None]:
    """Let all that is done in the block be done by this one."""
    token = _ACTOR.set(Actor(who, now))
    try:
        yield
    finally:
        _ACTOR.reset(token)


def actor() -> Actor | None:
    """Return who acts; None where nobody has said so, and nothing is entered in the journal."""
    return _ACTOR.get()
