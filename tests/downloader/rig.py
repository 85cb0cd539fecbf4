"""An engine over real storage and a scripted source, for the tests of this package."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from hashlib import file_digest, sha256
from pathlib import Path

from downloader.engine import Engine
from downloader.events import Event
from downloader.move import Pace
from downloader.proof import CheckBytes
from downloader.source import AudioSource
from downloader.tagging import Tagging
from storage.models import Item, ItemState, Job, JobState, Origin, Request
from storage.store import Store
from tests.downloader.scripted import OwnedTime, ScriptedSource
from tests.stores import store_at

ME = Origin(person_id=7, chat_id=7)
PATIENCE = 20.0  # seconds until a test that hangs says so


class Rig:
    """`events` are all that were published since the engine was built."""

    def __init__(self, store: Store, folder: Path, source: ScriptedSource) -> None:
        self.store = store
        self.music = folder / "music"
        self.source = source
        self.time = OwnedTime()
        self.events: list[Event] = []
        self.engine = self.build()

    def build(
        self,
        source: AudioSource | None = None,
        *,
        workers: int = 2,
        reserve: int = 0,
        pace: Pace | None = None,
        check_bytes: CheckBytes = CheckBytes.RISKY,
        tagging: Tagging | None = None,
    ) -> Engine:
        self.engine = Engine(
            self.store,
            source or self.source,
            self.time.clock,
            workers=workers,
            disk_reserve=reserve,
            pace=pace,
            check_bytes=check_bytes,
            tagging=tagging,
        )
        return self.engine

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Engine]:
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
            with self.engine.events.listen() as heard:
                tasks = [
                    group.create_task(self.engine.run()),
                    group.create_task(self._collect(heard)),
                ]
                try:
                    yield self.engine
                finally:
                    for task in tasks:
                        task.cancel()

    @asynccontextmanager
    async def beside(self, other: Coroutine[None, None, None]) -> AsyncIterator[None]:
        """Run something beside the test, as long as that is within."""
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
            task = group.create_task(other)
            try:
                yield
            finally:
                task.cancel()

    async def _collect(self, heard: AsyncIterator[Event]) -> None:
        async for event in heard:
            self.events.append(event)

    async def submit(self, chat: str = "@jazz", limit: int = 10) -> Job:
        return await self.engine.submit(Request(chat, limit), ME)

    async def job_is(self, job_id: int, *states: JobState) -> Job:
        """Wait until the job is in one of these states."""
        with self.engine.events.listen() as heard:
            while (job := await self.job(job_id)).state not in states:
                await anext(heard)
        return job

    async def item_is(self, job_id: int, *states: ItemState, at: int = 0) -> Item:
        """Wait until one item of the job is in one of these states."""
        with self.engine.events.listen() as heard:
            while True:
                items = await self.items(job_id)
                if len(items) > at and items[at].state in states:
                    return items[at]
                await anext(heard)

    async def finish(self, chat: str = "@jazz", limit: int = 10) -> Job:
        """Run one job from its order to its end."""
        async with self.running():
            job = await self.submit(chat, limit)
            return await self.ended(job.id)

    async def ended(self, job_id: int) -> Job:
        return await self.job_is(
            job_id, JobState.DONE, JobState.PARTLY_DONE, JobState.FAILED, JobState.CANCELLED
        )

    async def job(self, job_id: int) -> Job:
        job = await self.store.jobs.get(job_id)
        assert job is not None
        return job

    async def items(self, job_id: int) -> list[Item]:
        return await self.store.items.of_job(job_id)

    async def states(self, job_id: int) -> list[ItemState]:
        return [item.state for item in await self.items(job_id)]

    def published(self) -> dict[str, str]:
        """Return the SHA-256 of every file in the library, by its path."""
        return {
            str(path.relative_to(self.music)): digest_of(path)
            for path in sorted(self.music.rglob("*"))
            if path.is_file() and ".tad" not in path.parts
        }

    def bodies(self) -> list[str]:
        """Return the SHA-256 of every document of the source, sorted."""
        return sorted(sha256(body).hexdigest() for body in self.source.bodies.values())

    async def left_over(self) -> tuple[frozenset[int], frozenset[int]]:
        """Return the parts on disk and the transfers stored; both empty when all is at rest."""
        return await self.store.files.parts(), await self.store.transfers.documents()


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


@asynccontextmanager
async def open_rig(folder: Path, source: ScriptedSource) -> AsyncIterator[Rig]:
    async with store_at(folder / "data", folder / "music") as store:
        yield Rig(store, folder, source)
