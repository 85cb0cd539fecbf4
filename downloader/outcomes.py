"""What an error does to a job or an item: wait until when, park, try again or fail. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from downloader.errors import (
    CentreOfflineError,
    CentreThrottledError,
    DiskError,
    DownloaderError,
    MisplacedError,
    OutsideHoursError,
    TakeoutDelayedError,
    ThrottledError,
)
from storage.errors import DiskFailure, DiskTrouble
from storage.models import Item, ItemState, Job, JobState, Reason

TRIES = 3
LONGEST_WAIT = timedelta(days=14)
_LONGEST_PAUSE = timedelta(minutes=1)
# After so many troubles in a row the other side is down, not busy.
_MANY_TROUBLES = 20
_LONG_PAUSE = timedelta(minutes=15)
_LOOK_AGAIN = timedelta(seconds=30)

_WAITS = frozenset(
    {
        Reason.FLOOD,
        Reason.OFFLINE,
        Reason.SERVER_TROUBLE,
        Reason.TOO_MANY_FILES,
        Reason.OUTSIDE_HOURS,
        Reason.TAKEOUT_DELAY,
    }
)
# What one item of a job meets, every other would meet too.
OF_ALL = frozenset({Reason.FLOOD, Reason.OFFLINE, Reason.OUTSIDE_HOURS})
_OF_ONE_CENTRE = (CentreOfflineError, CentreThrottledError)
_TRIED_AGAIN = frozenset({Reason.REFUSED, Reason.BROKEN, Reason.INCOMPLETE_AT_SOURCE})
_NO_ACCESS = frozenset({Reason.NO_ACCESS, Reason.CHAT_PRIVATE, Reason.CHAT_NOT_JOINED})
_PARKS = _NO_ACCESS | {
    Reason.LOGIN,
    Reason.DISK_FULL,
    Reason.DISK_DENIED,
    Reason.DISK_MISSING,
    Reason.DISK_BROKEN,
    Reason.LOCKED,
    Reason.QUARANTINED,
}
_DISK = {
    DiskTrouble.FULL: Reason.DISK_FULL,
    DiskTrouble.DENIED: Reason.DISK_DENIED,
    DiskTrouble.READ_ONLY: Reason.DISK_DENIED,
    DiskTrouble.MISSING: Reason.DISK_MISSING,
    DiskTrouble.BROKEN: Reason.DISK_BROKEN,
    DiskTrouble.LOCKED: Reason.LOCKED,
    DiskTrouble.CROWDED: Reason.TOO_MANY_FILES,
}


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    state: ItemState
    reason: Reason
    detail: str
    until: datetime | None
    attempts: int
    of_all: bool = False  # of every item of the job


@dataclass(frozen=True, slots=True)
class JobOutcome:
    state: JobState
    reason: Reason
    detail: str
    until: datetime | None
    attempts: int = 0


def of_item(error: DownloaderError, item: Item, now: datetime, troubles: int) -> ItemOutcome:
    """Decide what becomes of an item; `troubles` counts those in a row, this one not included.

    Waiting and parking never use up an attempt.
    """
    reason, detail, attempts = error.reason, error.detail, item.attempts
    if reason in _WAITS:
        until = now + pause(error, troubles, seed=item.id)
        of_all = reason in OF_ALL and not isinstance(error, _OF_ONE_CENTRE)
        return ItemOutcome(ItemState.WAITING, reason, detail, until, attempts, of_all)
    if reason in _NO_ACCESS:
        return ItemOutcome(ItemState.PARKED, Reason.NO_ACCESS, detail or reason, None, attempts)
    if reason in _PARKS:
        return ItemOutcome(ItemState.PARKED, reason, detail, None, attempts)
    if reason in _TRIED_AGAIN and attempts + 1 < _tries(error):
        until = now + pause(error, attempts, seed=item.id)
        return ItemOutcome(ItemState.WAITING, reason, detail, until, attempts + 1)
    return ItemOutcome(ItemState.FAILED, reason, detail, None, attempts + 1)


def _tries(error: DownloaderError) -> int:
    """Return how often it is tried in all. Where a file lies is looked up anew just once."""
    return 2 if isinstance(error, MisplacedError) else TRIES


def of_job(
    error: DownloaderError, job: Job, now: datetime, troubles: int, attempts: int = 0
) -> JobOutcome:
    """Decide what becomes of a job that could not be planned: back to the queue, or failed.

    `troubles` counts those in a row, of which `attempts` used up a try.
    """
    reason, detail = error.reason, error.detail
    if reason in _PARKS - _NO_ACCESS:
        # A job cannot be parked; to look again costs nothing while an account or disk is missing.
        return JobOutcome(JobState.QUEUED, reason, detail, now + _LOOK_AGAIN)
    if reason in _WAITS or (reason in _TRIED_AGAIN and attempts + 1 < TRIES):
        until = now + pause(error, troubles, seed=job.id)
        attempts += reason in _TRIED_AGAIN
        return JobOutcome(JobState.QUEUED, reason, detail, until, attempts)
    return JobOutcome(JobState.FAILED, reason, detail, None)


def pause(error: DownloaderError, troubles: int, seed: int) -> timedelta:
    """Return how long to wait: what Telegram or the hours ask for; else 1 s, doubled to 1 min.

    After many troubles it is 15 min.
    """
    if isinstance(error, ThrottledError | TakeoutDelayedError):
        return throttle(error.wait, seed)
    if isinstance(error, OutsideHoursError):
        return error.wait
    if troubles >= _MANY_TROUBLES:
        return _LONG_PAUSE * _spread(seed + troubles)
    return min(timedelta(seconds=2**troubles), _LONGEST_PAUSE) * _spread(seed + troubles)


def throttle(wait: timedelta, seed: int = 0) -> timedelta:
    """Return the wait Telegram asks for, made sane: at least 1 s, at most 14 days, never early."""
    asked = min(max(wait, timedelta(seconds=1)), LONGEST_WAIT)
    return asked + timedelta(seconds=_spread(seed) - 1)


def disk_error(failure: DiskFailure) -> DiskError:
    return DiskError(_DISK[failure.kind], f"{failure.kind}: {failure.path}")


def _spread(seed: int) -> float:
    """Return a factor from 1 to 1.5 that differs widely between neighbouring seeds.

    Multiples of the golden ratio, taken modulo 1, never bunch: jitter without a random source.
    """
    return 1 + (seed * 0.6180339887498949) % 1 / 2
