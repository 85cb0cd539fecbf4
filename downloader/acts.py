"""What people do to a job: it acts at once on what runs, and is stored as soon as that can be."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

import structlog

from downloader.ledger import Ledger
from downloader.limits import Limits
from downloader.running import rest
from downloader.transfer import Carrier
from downloader.worker import Worker
from storage.errors import DatabaseBusyError, DiskFailure
from storage.models import ItemState, Job, JobState
from storage.states import ENDED_JOBS, ending

log = structlog.get_logger(__name__)

_BREATH = 5.0


class Acts:
    """Whatever is done to one job is done in the order in which it was asked for.

    A stop needs neither the lock nor the database to act: what runs is stopped in memory first.
    If the database cannot be written, the act is repeated until it can.
    """

    def __init__(self, ledger: Ledger, worker: Worker, carrier: Carrier, limits: Limits) -> None:
        self._ledger = ledger
        self._store = ledger.store
        self._worker = worker
        self._carrier = carrier
        self._limits = limits
        self._cancelling: Counter[int] = Counter()
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def pause(self, job_id: int) -> Job:
        """Stop the job where it is and keep what has come."""
        with self._ledger.holding(job_id):
            return await self._in_turn(job_id, self._pause)

    async def resume(self, job_id: int) -> Job:
        return await self._in_turn(job_id, self._resume)

    async def cancel(self, job_id: int) -> Job:
        """Stop the job for good; what it had saved stays, parts nobody else wants are removed."""
        self._cancelling[job_id] += 1
        try:
            with self._ledger.holding(job_id):
                return await self._in_turn(job_id, self._cancel)
        finally:
            self._cancelling[job_id] -= 1
            self._cancelling += Counter()  # forgets those of which nothing is under way

    def cancelling(self) -> frozenset[int]:
        """Return the jobs of which a cancellation is under way."""
        return frozenset(self._cancelling)

    async def retry(self, job_id: int) -> Job:
        """Try again at once what failed, was cancelled, is parked or waits.

        Of a job that is done, bring what it left out because it was removed.
        """
        return await self._in_turn(job_id, self._retry)

    async def _in_turn(self, job_id: int, act: Callable[[int], Awaitable[Job]]) -> Job:
        turn = self._turns.setdefault(job_id, asyncio.Lock())
        async with turn:
            while True:
                try:
                    return await act(job_id)
                except (DatabaseBusyError, DiskFailure) as error:
                    log.warning("act put off", job=job_id, seconds=_BREATH, error=str(error))
                    await self._ledger.clock.sleep(_BREATH)

    async def _pause(self, job_id: int, *, quietly: bool = False) -> Job:
        async with self._ledger.lock:
            job = await self._ledger.job(job_id)
            if job.state in ENDED_JOBS:
                return job
            if job.state is not JobState.PAUSED:
                job = await self._ledger.move_job(job_id, JobState.PAUSED, quietly=quietly)
            works = self._ledger.running.stop(job_id)
        # Not under the lock: what is stopped may need it to come to rest.
        await rest(works)
        # What could not be stopped any more may have been all that was left.
        return await self._ledger.close(job_id) or job

    async def _resume(self, job_id: int) -> Job:
        async with self._ledger.lock:
            job = await self._ledger.job(job_id)
            if job.state is not JobState.PAUSED:
                return job
            job = await self._ledger.move_job(job_id, await self._way_on(job))
        return await self._ledger.close(job_id) or job

    async def _cancel(self, job_id: int) -> Job:
        # Paused first: should we die before the end, nothing is half cancelled and running.
        job = await self._pause(job_id, quietly=True)
        if job.state in ENDED_JOBS:
            return job
        async with self._ledger.lock:
            await self._enter_torn_off(job)
        job = await self._ledger.close(job_id) or job
        if job.state in ENDED_JOBS:
            return job
        async with self._ledger.lock:
            await self._store.items.stop(job_id, ItemState.CANCELLED)
            await self._release_parts(job_id)
            return await self._ledger.move_job(job_id, JobState.CANCELLED)

    async def _retry(self, job_id: int) -> Job:
        async with self._ledger.lock:
            job = await self._ledger.job(job_id)
            if job.state is JobState.DONE:
                await self._store.removals.want_back(job_id)
            await self._store.items.retry(job_id)
            self._ledger.rouse(job_id)
            if job.state is JobState.QUEUED and job.until is not None:
                return await self._ledger.plan_at_once(job)
            state = await self._way_on(job)
            # By what there is to do, not by what was queued just now: a kill may have come between.
            if job.state in ENDED_JOBS and await self._has_work(job, state):
                return await self._ledger.move_job(job_id, state)
            self._ledger.tell_job(job)
            return job

    async def _way_on(self, job: Job) -> JobState:
        """Return where a stopped job goes on: with its items, or with planning.

        The planner holds it against the limits of whoever ordered it.
        """
        # What one that is done left out is not planned again: it would be left out once more.
        if job.state is not JobState.DONE and await self._limits.is_held(job):
            return JobState.QUEUED
        planned = job.chat is not None and await self._store.items.any_of(job.id)
        return JobState.RUNNING if planned else JobState.QUEUED

    async def _has_work(self, job: Job, way_on: JobState) -> bool:
        tally = (await self._store.items.tally([job.id]))[job.id]
        may_find_more = way_on is JobState.QUEUED and job.state is not JobState.PARTLY_DONE
        return may_find_more or ending(tally.items) is None

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
