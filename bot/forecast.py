"""When a running job will be done: the bytes that are left, and the waits in between. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.jobview import JobView
from downloader.outcomes import OF_ALL
from storage.models import Item, ItemState

_NOTHING = timedelta(0)
_LONGEST = 10**9


@dataclass(frozen=True, slots=True)
class Forecast:
    """How long it takes from now on, `waiting` included."""

    left: timedelta
    waiting: timedelta = _NOTHING


def forecast(view: JobView, now: datetime) -> Forecast | None:
    """Return None while nobody can tell: no bytes have come yet, or only a person can help.

    What is parked is left out, as nobody knows when that goes on.
    """
    waiting = [item for item in view.troubles if item.state is ItemState.WAITING]
    wait = max((item.until - now for item in waiting if item.until), default=_NOTHING)
    speed = view.usual if view.stuck else view.speed
    if speed < 1 or (view.stuck and wait <= _NOTHING):
        return None
    parked = sum(_size(item) for item in view.troubles if item.state is ItemState.PARKED)
    left = max(0, view.tally.bytes_wanted - view.arrived - parked)
    # What comes during the wait makes the rest of it shorter.
    idle = max(_NOTHING, wait - _lasting(_free(view, waiting, left), speed))
    return Forecast(_lasting(left, speed) + idle, idle)


def _free(view: JobView, waiting: list[Item], left: int) -> int:
    """Count the bytes that come even though some items wait.

    While one item rests for a reason of all, the engine lets no other of its job begin.
    """
    if any(item.reason in OF_ALL for item in waiting):
        return sum(one.total - one.done for one in view.moving)
    return max(0, left - sum(_size(item) for item in waiting))


def _lasting(count: int, speed: float) -> timedelta:
    return timedelta(seconds=min(count / speed, _LONGEST))


def _size(item: Item) -> int:
    return item.audio.size if item.audio else 0
