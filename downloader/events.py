"""What happened: values sent from the engine to whoever listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from storage.models import Item, Job


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


Event = JobMoved | ItemMoved | BytesArrived | Slowed | Stalled


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
