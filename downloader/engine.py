"""Takes jobs, carries them out a few items at a time, and tells what happens."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import timedelta

import structlog

from downloader.bell import wait
from downloader.clock import Clock
from downloader.errors import DownloaderError
from downloader.events import Broadcast, JobMoved
from downloader.ledger import Ledger
from downloader.move import Pace
from downloader.planner import Planner
from downloader.proof import CheckBytes
from downloader.room import Room
from downloader.running import rest
from downloader.source import AudioSource
from downloader.supervision import keep_going, until_done
from downloader.transfer import Carrier
from downloader.worker import Worker
from storage.errors import DiskFailure
from storage.models import ItemState, Job, JobState, Origin, Reason, Request
from storage.states import ENDED_JOBS, ending
from storage.store import Store

log = structlog.get_logger(__name__)

# A long plan must not keep a short one waiting.
_PLANNERS = 2
# A start is a chance: somebody may have logged in or cleared the disk.
_AT_START = frozenset({Reason.LOGIN, Reason.DISK_FULL, Reason.DISK_DENIED, Reason.DISK_BROKEN})
_RETRIED = ENDED_JOBS - {JobState.DONE}
_SOON = timedelta(minutes=5)
_STRAY_AGE = timedelta(hours=24)


class Engine:
    """The database is the truth: whatever is not ended there is carried on after a restart."""

    def __init__(
        self,
        store: Store,
        source: AudioSource,
        clock: Clock,
        *,
        workers: int,
        disk_reserve: int = 0,
        pace: Pace | None = None,
        check_bytes: CheckBytes = CheckBytes.RISKY,
    ) -> None:
        self.events = Broadcast()
        self._store = store
        self._source = source
        self._clock = clock
        self._workers = workers
        self._ledger = Ledger(store, clock, self.events, workers)
        self._room = Room(store.files, clock, disk_reserve)
        pace = pace or Pace()
        self._carrier = Carrier(store, self._room, clock, pace, check_bytes)
        self._planner = Planner(self._ledger, source, pace.answer_timeout)
        self._worker = Worker(self._ledger, source, self._carrier, self._room, pace.answer_timeout)

    async def submit(self, request: Request, origin: Origin) -> Job:
        """Store the job and return at once; nothing is sent."""
        job = await self._store.jobs.add(request, origin, self._clock.now())
        log.info("job accepted", job=job.id, chat=request.chat)
        self.events.publish(JobMoved(job))
        self._ledger.ring()
        return job

    async def pause(self, job_id: int) -> Job:
        """Stop the job where it is and keep what has come."""
        async with self._ledger.lock:
            job = await self._ledger.job(job_id)
            if job.state in ENDED_JOBS:
                return job
            if job.state is not JobState.PAUSED:
                job = await self._ledger.move_job(job_id, JobState.PAUSED)
            works = self._ledger.running.stop(job_id)
        # Not under the lock: what is stopped may need it to come to rest.
        await rest(works)
        return job

    async def resume(self, job_id: int) -> Job:
        async with self._ledger.lock:
            job = await self._ledger.job(job_id)
            if job.state is not JobState.PAUSED:
                return job
            job = await self._ledger.move_job(job_id, await self._way_on(job))
        return await self._ledger.close(job_id) or job

    async def cancel(self, job_id: int) -> Job:
        """Stop the job for good; what it had saved stays, parts nobody else wants are removed."""
        while True:
            # Paused first: should we die before the end, nothing is half cancelled and running.
            job = await self.pause(job_id)
            if job.state in ENDED_JOBS:
                return job
            async with self._ledger.lock:
                job = await self._ledger.job(job_id)
                if job.state is JobState.PAUSED and not self._ledger.running.is_running(job_id):
                    await self._enter_torn_off(job)
                    await self._store.items.stop(job_id, ItemState.CANCELLED)
                    await self._release_parts(job_id)
                    return await self._ledger.move_job(job_id, JobState.CANCELLED)
            # Somebody resumed it in between.

    async def retry(self, job_id: int) -> Job:
        """Try again what failed, was cancelled or is parked; a job that waits tries at once."""
        async with self._ledger.lock:
            job = await self._ledger.job(job_id)
            await self._store.items.retry(job_id)
            self._ledger.rouse(job_id)
            if job.state is JobState.QUEUED and job.until is not None:
                return await self._plan_at_once(job)
            state = await self._way_on(job)
            # By what there is to do, not by what was queued just now: a kill may have come between.
            if job.state in _RETRIED and await self._has_work(job_id, state):
                return await self._ledger.move_job(job_id, state)
            self.events.publish(JobMoved(job))
            self._ledger.ring()
            return job

    async def wake(self) -> None:
        """Look at the database now: something there was changed from outside."""
        self._ledger.ring()

    async def unpark(self, reasons: Collection[Reason]) -> None:
        """Let everything go on that was parked for one of these reasons, e.g. after a login."""
        async with self._ledger.lock:
            count = await self._store.items.unpark(reasons)
            if count:
                log.info("items unparked", count=count)
            for job in await self._store.jobs.unfinished():
                self._ledger.rouse(job.id)
                if job.state is JobState.QUEUED and job.reason in reasons:
                    await self._plan_at_once(job)
                elif count:
                    self.events.publish(JobMoved(job))
        self._ledger.ring()

    async def run(self) -> None:
        """Work until cancelled."""
        steps = [self._watch_room, self._end_takeouts]
        steps += [self._planner.step] * _PLANNERS + [self._worker.step] * self._workers
        closing = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            try:
                start = until_done(self._take_up, self._clock, closing)
                await asyncio.wait({group.create_task(start)})
                await asyncio.wait(
                    [group.create_task(keep_going(step, self._clock, closing)) for step in steps]
                )
            finally:
                closing.set()

    async def _watch_room(self) -> None:
        async def go_on() -> None:
            await self.unpark({Reason.DISK_FULL})

        await self._room.watch(go_on)

    async def _end_takeouts(self) -> None:
        """End the exports that no job wants any more, those of the last run too."""
        ring = self._ledger.jobs_bell.next_ring()
        again = None
        if not any(job.request.takeout for job in await self._store.jobs.unfinished()):
            try:
                await self._source.end_takeouts()
            except DownloaderError as error:
                log.info("a takeout is not ended yet", error=str(error))
                again = _SOON
        await wait(ring, self._clock, again)

    async def _take_up(self) -> None:
        """Bring everything that the last run left half done into a state to go on from."""
        async with self._ledger.lock:  # a person may cancel one of these jobs already
            await self._store.jobs.recover()
            for item in await self._store.items.interrupted():
                await self._worker.take_up(item)
        try:
            await self._sweep()
        except DiskFailure as failure:
            # A library that is not mounted yet: its items will say so.
            log.warning("library not swept", error=str(failure))
        await self._store.items.unpark(_AT_START)
        await self._ledger.close_all()

    async def _sweep(self) -> None:
        """Remove parts that no transfer knows: nothing in them is claimed to be good."""
        known = await self._store.transfers.documents()
        for document_id in await self._store.files.parts() - known:
            await self._store.files.drop_part(document_id)
        await self._store.files.sweep(known, self._clock.now() - _STRAY_AGE)

    async def _way_on(self, job: Job) -> JobState:
        """Return where a stopped job goes on: with its items, or with planning."""
        planned = job.chat is not None and await self._store.items.any_of(job.id)
        return JobState.RUNNING if planned else JobState.QUEUED

    async def _has_work(self, job_id: int, way_on: JobState) -> bool:
        tally = (await self._store.items.tally([job_id]))[job_id]
        return way_on is JobState.QUEUED or ending(tally.items) is None

    async def _plan_at_once(self, job: Job) -> Job:
        """Forget the time a queued job waits for."""
        await self._store.jobs.move(job.id, JobState.PAUSED)
        return await self._ledger.move_job(job.id, JobState.QUEUED)

    async def _enter_torn_off(self, job: Job) -> None:
        """Enter the files that have come into the library, but not yet into the catalogue."""
        intended = await self._store.transfers.intended_documents()
        intended -= self._ledger.running.documents()
        for item in await self._store.items.of_job(job.id) if intended else ():
            if item.audio is not None and item.audio.document_id in intended:
                await self._worker.enter_torn_off(job, item)

    async def _release_parts(self, job_id: int) -> None:
        """Drop what came of the job's documents, unless another item still wants them."""
        try:
            here = await self._store.files.parts() | await self._store.transfers.documents()
            unwanted = await self._store.items.unwanted(job_id) if here else frozenset()
            for document_id in (unwanted & here) - self._ledger.running.documents():
                await self._carrier.discard(document_id)
        except DiskFailure as failure:
            log.warning("parts not removed", job=job_id, error=str(failure))
