"""Wakes whoever waits for work. A ring is only a hint: the database is looked at again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from downloader.clock import Clock


class Bell:
    def __init__(self) -> None:
        self._next = asyncio.Event()

    def next_ring(self) -> asyncio.Event:
        """Return the coming ring. Take it before looking for work, or a ring between is lost."""
        return self._next

    def ring(self) -> None:
        rung, self._next = self._next, asyncio.Event()
        rung.set()


async def wait(ring: asyncio.Event, clock: Clock, at_most: timedelta | None) -> None:
    """Wait for the ring, or until the time is up where one is given."""
    if at_most is None:
        await ring.wait()
        return

    async def time_is_up() -> None:
        await clock.sleep(max(at_most.total_seconds(), 0))

    async with asyncio.TaskGroup() as group:
        both = {group.create_task(ring.wait()), group.create_task(time_is_up())}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        for task in both:
            task.cancel()
