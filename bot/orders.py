"""Hands requests to the engine: the same one twice is one job."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

from bot.commands import Asked
from downloader.engine import Engine
from storage.handling import tells_itself
from storage.jobs import Jobs
from storage.models import Job, Origin

_REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Placed:
    """`repeated` are jobs that were already under way for the very same request.

    The new ones begin when others are over, where `at_work` says that so many may be.
    """

    new: tuple[Job, ...]
    repeated: tuple[Job, ...]
    at_work: int | None = None


class Orders:
    def __init__(self, engine: Engine, jobs: Jobs) -> None:
        self._engine = engine
        self._jobs = jobs
        self._lock = asyncio.Lock()
        self._confirmed: deque[tuple[int, int]] = deque(maxlen=_REMEMBERED)

    async def place(self, asked: Asked, origin: Origin) -> Placed:
        """Store a job for each request, in order."""
        async with self._lock:
            return await self._place(asked, origin)

    async def confirm(self, asked: Asked, origin: Origin, message_id: int) -> Placed | None:
        """Place what a message asks for, unless its button was pressed before."""
        async with self._lock:
            if (origin.chat_id, message_id) in self._confirmed:
                return None
            placed = await self._place(asked, origin)
            self._confirmed.append((origin.chat_id, message_id))
            return placed

    async def _place(self, asked: Asked, origin: Origin) -> Placed:
        standing = {(job.request, job.origin): job for job in await self._jobs.unfinished()}
        at_work = await self._engine.most_at_work(origin.person_id)
        repeated = [standing[one, origin] for one in asked.requests if (one, origin) in standing]
        new = [one for one in asked.requests if (one, origin) not in standing]
        tells_itself()
        placed = await self._engine.submit_all(new, origin) if new else []
        return Placed(tuple(placed), tuple(repeated), at_work if new else None)
