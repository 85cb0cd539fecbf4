"""The product without bot and Telegram: a store, and an engine in a hurry over a source."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bench.hurry import Hurry
from bench.noise import CHAT
from downloader.engine import Engine
from downloader.events import JobMoved
from downloader.move import Pace
from downloader.proof import CheckBytes
from downloader.source import AudioSource
from storage.models import Job, JobState, Origin, Request
from storage.states import ENDED_JOBS
from storage.store import Store, open_store

_NEVER = timedelta(days=1)
_ME = Origin(person_id=7, chat_id=7)
_AT_REST = ENDED_JOBS | {JobState.PAUSED}


def syncing_each(size: int) -> Pace:
    """Sync after so many bytes, and not because time has passed."""
    return Pace(sync_bytes=size, sync_after=_NEVER)


@asynccontextmanager
async def opened(place: Path) -> AsyncIterator[Store]:
    async with open_store(place / "data", place / "music") as store:
        with store.files.held():
            yield store


@asynccontextmanager
async def running(
    store: Store,
    source: AudioSource,
    *,
    workers: int = 2,
    pace: Pace | None = None,
    check_bytes: CheckBytes = CheckBytes.RISKY,
) -> AsyncIterator[Engine]:
    """Run an engine; what it would wait for passes at once."""
    clock = Hurry().clock
    engine = Engine(store, source, clock, workers=workers, pace=pace, check_bytes=check_bytes)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(engine.run())
        try:
            yield engine
        finally:
            task.cancel()


async def order(engine: Engine, *numbers: int) -> Job:
    """Order some postings of the noise by their numbers."""
    request = Request(f"@{CHAT.username}", len(numbers), message_ids=numbers)
    return await engine.submit(request, _ME)


async def carried_out(engine: Engine, request: Request) -> Job:
    """Order it, and return the job when it has ended."""
    with engine.events.listen() as heard:
        job = await engine.submit(request, _ME)
        async for event in heard:
            if isinstance(event, JobMoved) and event.job.id == job.id:
                job = event.job
            if job.state in ENDED_JOBS:
                break
    return job


async def at_rest(store: Store, engine: Engine) -> None:
    """Wait until every job has ended, or is paused."""
    with engine.events.listen() as heard:
        while any(job.state not in _AT_REST for job in await store.jobs.unfinished()):
            await anext(heard)
