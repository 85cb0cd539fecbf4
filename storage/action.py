"""What is done with each track that a watch brings, and how that stands. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ActionKind(StrEnum):
    SEND = "send"  # to a chat
    LIST = "list"  # in a playlist
    CALL = "call"  # a webhook


@dataclass(frozen=True, slots=True)
class Action:
    """`target` is a chat (`@name`, a marked id, `me`), the name of a playlist, or an address."""

    kind: ActionKind
    target: str


class DeedState(StrEnum):
    DUE = "due"
    DONE = "done"
    GIVEN_UP = "given up"


class Snag(StrEnum):
    """Why a deed could not be done."""

    MAY_NOT = "may not"  # the bot may not write there
    SLOW = "slow"  # asked to wait
    UNREACHABLE = "unreachable"
    REFUSED = "refused"  # an answer came, and it was no
    NOT_PUBLIC = "not public"  # an address to which nothing of ours may go
    UNREADABLE = "unreadable"  # the secret that signs it cannot be opened
    PROTECTED = "protected"  # its chat does not want it passed on
    NO_FILE = "no file"
    TOO_LARGE = "too large"
    BROKEN = "broken"  # a mistake of ours


@dataclass(frozen=True, slots=True)
class Deed:
    """One action that is due for one track, by the posting that brought it.

    It was in vain so many `tries`, the first of them at `since`. `snag` and `detail` tell of the
    last of them.
    """

    id: int
    action: Action
    person_id: int
    watch_id: int
    track_id: int
    chat_id: int
    message_id: int
    posted_at: datetime
    state: DeedState = DeedState.DUE
    tries: int = 0
    since: datetime | None = None
    snag: Snag | None = None
    detail: str = ""
