"""Notices orders that another process, such as the console, has put into the database."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from downloader.clock import Clock
from downloader.engine import Engine
from downloader.supervision import keep_going
from storage.jobs import Jobs

_LOOK_EVERY = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Letterbox:
    """The engine is told of what is ordered here; of all else only the database knows."""

    jobs: Jobs
    engine: Engine
    clock: Clock

    async def run(self) -> None:
        """Look, until cancelled."""
        closing = asyncio.Event()
        try:
            await keep_going(self.step, self.clock, closing)
        finally:
            closing.set()

    async def step(self) -> None:
        """Look after a while, and wake the engine where there is something to plan."""
        await self.clock.sleep(_LOOK_EVERY.total_seconds())
        if await self.jobs.any_to_plan(self.clock.now()):
            await self.engine.wake()
