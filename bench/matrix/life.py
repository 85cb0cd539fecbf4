"""One run of the program on a scene: accounts, pool and engine, as the product has them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto

from bench.matrix.onlooker import PERSON, STANDING, Onlooker
from bench.matrix.scene import Scene
from downloader.engine import Engine
from downloader.pool import Pool
from downloader.telegram.accounts import open_sources
from storage.errors import StorageError
from storage.models import ItemState, Job, JobState, Origin, Reason, Request
from storage.states import ENDED_JOBS

ME = Origin(PERSON, PERSON)
_START = 60.0  # seconds
_AGAIN = 2.0
# For room on the disk the program looks by itself.
_NEEDS_SOMEBODY = {
    Reason.LOGIN,
    Reason.DISK_DENIED,
    Reason.DISK_MISSING,
    Reason.DISK_BROKEN,
}


class Rest(Enum):
    """Why there is nothing more to wait for."""

    ENDED = auto()
    STANDS = auto()  # somebody must act
    INTERRUPTED = auto()


@dataclass(slots=True)
class Life:
    scene: Scene
    engine: Engine
    onlooker: Onlooker
    tasks: asyncio.TaskGroup
    beside: list[asyncio.Task[None]] = field(default_factory=list)

    def meanwhile(self, act: Callable[[Life], Awaitable[None]]) -> None:
        """Let a person act beside what goes on."""

        async def do() -> None:
            await act(self)

        self.beside.append(self.tasks.create_task(do()))

    async def order(self, request: Request) -> Job:
        """Do as a person does: say it again where the answer was an error."""
        while True:
            try:
                return await self.engine.submit(request, ME)
            except StorageError:
                await asyncio.sleep(_AGAIN)

    async def begun(self) -> None:
        """Wait until a start has shown what it goes on with, if there is anything."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_START):
                await self.onlooker.heard.wait()

    async def rest(self) -> Rest:
        """Wait until all jobs have come to rest, or the program is to stop."""
        while True:
            self.onlooker.moved.clear()
            if self.scene.interrupted.is_set():
                return Rest.INTERRUPTED
            if (rest := await self._rest()) is not None:
                return rest
            await self._news()

    async def _rest(self) -> Rest | None:
        jobs = await self.scene.store.jobs.every()
        going = [job for job in jobs if job.state not in ENDED_JOBS]
        if not going:
            return Rest.ENDED
        return Rest.STANDS if await self._all_stand(going) else None

    async def _all_stand(self, going: Collection[Job]) -> bool:
        for job in going:
            waits = job.state is JobState.QUEUED and job.reason in _NEEDS_SOMEBODY
            if job.state is JobState.PAUSED or waits:
                continue
            tally = (await self.scene.store.items.tally([job.id]))[job.id]
            states = {state for state, count in tally.items.items() if count}
            parked = ItemState.PARKED in states and states <= STANDING
            if job.state is not JobState.RUNNING or not parked or await self._lacks_room(job):
                return False
        return True

    async def _lacks_room(self, job: Job) -> bool:
        items = await self.scene.store.items.of_job(job.id)
        return any(item.reason is Reason.DISK_FULL for item in items)

    async def _news(self) -> None:
        async with asyncio.TaskGroup() as group:
            both = {
                group.create_task(self.onlooker.moved.wait()),
                group.create_task(self.scene.interrupted.wait()),
            }
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for task in both:
                task.cancel()


@asynccontextmanager
async def one_life(scene: Scene, onlooker: Onlooker) -> AsyncIterator[Life]:
    """Start the program; leaving stops it, as SIGTERM does."""
    clock = scene.clock()
    onlooker.heard.clear()
    async with open_sources(scene.access, scene.store, clock=clock) as sources:
        pool = Pool(sources, scene.store, clock)
        onlooker.roster = pool
        engine = Engine(
            scene.store, pool, clock, workers=scene.workers, check_bytes=scene.check_bytes
        )
        async with asyncio.TaskGroup() as group:
            with engine.events.listen() as heard:
                life = Life(scene, engine, onlooker, group)
                life.beside += [
                    group.create_task(engine.run()),
                    group.create_task(onlooker.watch(heard)),
                ]
                try:
                    yield life
                finally:
                    for task in life.beside:
                        task.cancel()
