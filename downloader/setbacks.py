"""What an error does to a watch: how long it pauses, and whether a person must act. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from downloader.errors import (
    ChatUnavailableError,
    DownloaderError,
    OfflineError,
    ServerTroubleError,
    ThrottledError,
)
from downloader.outcomes import disk_error
from storage.errors import DiskFailure
from storage.models import Reason
from storage.watch import Watch

_SHORTEST_BREAK, _LONGEST_BREAK = timedelta(minutes=1), timedelta(hours=6)
_LONGEST_OUTAGE = timedelta(minutes=15)  # when the line is back, nobody should wait for hours
_FOR_GOOD = frozenset(
    {Reason.CHAT_NOT_FOUND, Reason.CHAT_PRIVATE, Reason.CHAT_NOT_JOINED, Reason.NOT_A_CHAT}
)
_TROUBLES_TO_LOSE = 3  # in a row: an account may be away for a moment
# No fault of the chat: all watches meet it, and to look again costs nothing.
_OF_THE_WORLD = frozenset({Reason.LOGIN, Reason.DISK_FULL})
_LOOK_AGAIN = timedelta(minutes=2)


class After(StrEnum):
    """How it goes on with a watch."""

    LATER = "later"
    HELD = "held"  # as soon as somebody has done something about it
    LOST = "lost"  # only when a person says so


@dataclass(frozen=True, slots=True)
class Setback:
    after: After
    pause: timedelta = timedelta()


def cause(error: DownloaderError | DiskFailure) -> DownloaderError:
    return disk_error(error) if isinstance(error, DiskFailure) else error


def is_final(error: DownloaderError) -> bool:
    """Tell whether it is of the chat, and only a person can do something about it."""
    return error.reason in _FOR_GOOD and isinstance(error, ChatUnavailableError)


def setback(watch: Watch, error: DownloaderError) -> Setback:
    if error.reason in _OF_THE_WORLD:
        return Setback(After.HELD, _LOOK_AGAIN)
    if is_final(error) and watch.troubles + 1 >= _TROUBLES_TO_LOSE:
        return Setback(After.LOST)
    is_outage = isinstance(error, OfflineError | ServerTroubleError)
    longest = _LONGEST_OUTAGE if is_outage else _LONGEST_BREAK
    pause = min(_SHORTEST_BREAK * 2 ** min(watch.troubles, 10), longest)
    if isinstance(error, ThrottledError):
        pause = max(pause, error.wait)
    return Setback(After.LATER, pause)
