"""What happened: values sent from the engine to whoever listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from storage.action import Deed, Snag
from storage.errors import StorageError
from storage.models import Item, Job
from storage.watch import Watch


@dataclass(frozen=True, slots=True)
class JobMoved:
    job: Job


@dataclass(frozen=True, slots=True)
class ItemMoved:
    job: Job
    item: Item


@dataclass(frozen=True, slots=True)
class BytesArrived:
    """`done` of `total` bytes of the item's file are here; sent often, and dropped first."""

    job: Job
    item: Item
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Slowed:
    """Telegram has just limited the speed of the item's account, which is without Premium."""

    job: Job
    item: Item


@dataclass(frozen=True, slots=True)
class Stalled:
    """The item's connection was silent for so long, or broke, that another is made.

    The next bytes say that this is over.
    """

    job: Job
    item: Item


@dataclass(frozen=True, slots=True)
class TrackEdited:
    """The file of a track is called, and lies, as a person has said of late."""

    track_id: int


@dataclass(frozen=True, slots=True)
class LibraryChanged:
    """Files have gone into the trash, or come back."""


@dataclass(frozen=True, slots=True)
class TrackHeard:
    """A track was listened to; `changes` is whether its grade is another one, or its recording."""

    track_id: int
    changes: bool = True


@dataclass(frozen=True, slots=True)
class WatchUntold:
    """There is something to tell of a watch: that it stands still, or that its chat was renamed.

    A hint to look: what that is, the catalogue says.
    """

    watch: Watch


@dataclass(frozen=True, slots=True)
class DeedSnagged:
    """A deed was in vain, and nobody knew that yet; or so many are given up, for the first time."""

    deed: Deed
    snag: Snag
    detail: str
    given_up: int = 0


@dataclass(frozen=True, slots=True)
class BackupFailed:
    """No backup could be made, and nobody knew that yet."""

    error: StorageError


OfWatches = WatchUntold | DeedSnagged
OfNoJob = TrackEdited | TrackHeard | LibraryChanged | BackupFailed | OfWatches
_OfJobs = JobMoved | ItemMoved | BytesArrived | Slowed | Stalled
Event = _OfJobs | OfNoJob


class Broadcast:
    """Gives every listener each event, in order; progress is dropped when a listener lags."""

    def __init__(self, capacity: int = 256) -> None:
        self._capacity = capacity
        self._queues: set[asyncio.Queue[Event]] = set()

    def publish(self, event: Event) -> None:
        for queue in self._queues:
            if isinstance(event, BytesArrived) and queue.qsize() >= self._capacity:
                continue
            queue.put_nowait(event)

    @contextmanager
    def listen(self) -> Iterator[AsyncIterator[Event]]:
        """Collect events from now on, not from the first `async for` on."""
        queue: asyncio.Queue[Event] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield _drain(queue)
        finally:
            self._queues.remove(queue)


async def _drain(queue: asyncio.Queue[Event]) -> AsyncIterator[Event]:
    while True:
        yield await queue.get()
