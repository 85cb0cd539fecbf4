"""Which account is asked next. Pure but for the counters of an account."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from downloader.errors import (
    AccountLostError,
    ChatUnavailableError,
    DownloaderError,
    ThrottledError,
)

# So long another account is tried first: a data centre may refuse this one alone.
_REMEMBERED = timedelta(minutes=5)
# To find out that an account cannot read a chat may take it a search through all of its own.
_SHUT_OUT = timedelta(hours=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_turns = itertools.count(1)


class Call(StrEnum):
    """What Telegram throttles apart: an account that may not fetch may still read."""

    MESSAGES = "messages"
    FILES = "files"


def _awake() -> dict[Call, datetime]:
    return dict.fromkeys(Call, _LONG_AGO)


@dataclass(slots=True, eq=False)
class Member:
    """One account of the pool: until when it rests, when it had trouble, and how busy it is.

    `shut_out` tells when it could not read a chat.
    """

    account_id: int
    rests: dict[Call, datetime] = field(default_factory=_awake)
    lost: bool = False
    troubled: datetime = _LONG_AGO
    shut_out: dict[int, datetime] = field(default_factory=dict)
    busy: int = 0
    turn: int = 0
    documents: Counter[int] = field(default_factory=Counter)  # parts of each that are under way

    def rest_left(self, call: Call, now: datetime) -> timedelta:
        return self.rests[call] - now

    def is_shut_out(self, chat_id: int, now: datetime) -> bool:
        return now - self.shut_out.get(chat_id, _LONG_AGO) < _SHUT_OUT

    @contextmanager
    def working(self) -> Iterator[None]:
        self.begin()
        try:
            yield
        finally:
            self.end()

    def begin(self, document: int | None = None) -> None:
        self.busy += 1
        self.turn = next(_turns)
        if document is not None:
            self.documents[document] += 1

    def end(self, document: int | None = None) -> None:
        self.busy -= 1
        if document is not None:
            self.documents[document] -= 1
            self.documents += Counter()  # forgets those of which nothing is under way


@dataclass(slots=True)
class Errand:
    """What an account is wanted for: which chat, if any, and whom it need not be asked of.

    Where `account` is set no other account can help. A steady one wants the same account each
    time, however busy it is: an export is allowed to one, and has to be waited for.
    """

    chat_id: int | None
    account: int | None = None
    is_steady: bool = False
    refused: dict[Member, DownloaderError] = field(default_factory=dict)

    def suits(self, member: Member) -> bool:
        return self.account in {None, member.account_id}


def freest(
    members: Sequence[Member],
    readers: Collection[int],
    errand: Errand,
    now: datetime,
    patience: timedelta,
    calls: Collection[Call],
) -> Member:
    """Return the least busy account that may be asked; those known to read the chat come first.

    Raises what the caller should wait for or give up on when there is none. A rest from fetching
    shorter than `patience` is no hindrance: it is over before the first part is asked for.
    """
    living = [member for member in members if errand.suits(member) and not member.lost]
    if not living:
        raise AccountLostError("no account left")
    willing = [member for member in living if member not in errand.refused]
    if not willing:
        raise _refusal(readers, living, errand)
    left = {member: _longest_rest(member, now, patience, calls) for member in willing}
    awake = [member for member in willing if left[member] <= timedelta(0)]
    if not awake:
        raise ThrottledError(min(left.values()))

    def rank(member: Member) -> tuple[bool, bool, bool, int, int]:
        """Put first who may read the chat, then who had no trouble of late, then who is idlest."""
        shut_out = errand.chat_id is not None and member.is_shut_out(errand.chat_id, now)
        troubled = not errand.is_steady and now - member.troubled < _REMEMBERED
        stranger = member.account_id not in readers
        busy = (member.account_id, 0) if errand.is_steady else (member.busy, member.turn)
        return shut_out, troubled, stranger, *busy

    return min(awake, key=rank)


def _refusal(readers: Collection[int], living: Sequence[Member], errand: Errand) -> DownloaderError:
    """Return what the first account said, or that one is missed which may read the chat."""
    first = next(iter(errand.refused.values()))
    able = {number for number in readers if errand.account in {None, number}}
    missed = able - {member.account_id for member in living}
    if missed and isinstance(first, ChatUnavailableError):
        return AccountLostError("who may read the chat is lost")
    return first


def _longest_rest(
    member: Member, now: datetime, patience: timedelta, calls: Collection[Call]
) -> timedelta:
    waits = []
    for call in calls:
        left = member.rest_left(call, now)
        bearable = call is Call.FILES and left <= patience
        waits.append(timedelta(0) if bearable else left)
    return max(waits)
