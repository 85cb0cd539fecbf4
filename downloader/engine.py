"""Takes jobs, carries them out a few items at a time, and tells what happens."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog

from downloader.acts import Acts
from downloader.bell import wait
from downloader.cleaning import Cleaner
from downloader.clock import Clock
from downloader.editing import Editor
from downloader.errors import DownloaderError
from downloader.events import Broadcast, JobMoved
from downloader.ledger import Ledger
from downloader.limits import Limits
from downloader.merging import Merger
from downloader.move import Pace
from downloader.outcomes import LONGEST_WAIT
from downloader.planner import Planner
from downloader.proof import CheckBytes
from downloader.refiling import Refiler
from downloader.room import Room
from downloader.source import AudioSource
from downloader.supervision import keep_going, until_done
from downloader.tagging import Tagging
from downloader.transfer import Carrier
from downloader.worker import Worker
from storage.errors import DiskFailure, StorageError
from storage.models import ItemState, Job, JobState, Origin, Reason, Request
from storage.paths import BY_CHAT
from storage.states import ENDED_ITEMS
from storage.store import Store
from storage.unbroken import unbroken

log = structlog.get_logger(__name__)

# A long plan must not keep a short one waiting.
_PLANNERS = 2
# A start is a chance: somebody may have logged in, cleared the disk, or set other hours.
_AT_START = frozenset(
    {
        Reason.LOGIN,
        Reason.DISK_FULL,
        Reason.DISK_DENIED,
        Reason.DISK_MISSING,
        Reason.DISK_BROKEN,
        Reason.LOCKED,
        Reason.OUTSIDE_HOURS,
    }
)
_SOON = timedelta(minutes=5)
_STRAY_AGE = timedelta(hours=24)
_FAILED_AGE = timedelta(days=30)  # since the last byte of it was written


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
        tagging: Tagging | None = None,
        trash_age: timedelta | None = None,
        zone: ZoneInfo | None = None,
    ) -> None:
        """Carry jobs out. Without `tagging`, files are published as they came."""
        self.events = Broadcast()
        self._tagging = tagging
        self.merger = Merger(store, clock, self.events, self._come_back)
        self.cleaner = Cleaner(store, self.merger, clock, trash_age)
        self.refiler = Refiler(store, tagging.templates if tagging else BY_CHAT)
        self.editor = Editor(store, self.refiler, clock, self.events, tagging)
        self._store = store
        self._source = source
        self._clock = clock
        self._workers = workers
        self._ledger = Ledger(store, clock, self.events, workers)
        self.room = Room(store.files, clock, disk_reserve)
        pace = pace or Pace()
        carrier = Carrier(store, self.room, clock, pace, check_bytes)
        self._limits = Limits(store, clock, zone)
        self._planner = Planner(self._ledger, source, pace.answer_timeout, self._limits)
        self._worker = Worker(
            self._ledger, source, carrier, self.room, pace.answer_timeout, tagging
        )
        self._acts = Acts(self._ledger, self._worker, carrier, self._limits)

    async def submit(self, request: Request, origin: Origin) -> Job:
        """Store the job and return at once; nothing is sent. Raises what `submit_all` does."""
        [job] = await self.submit_all([request], origin)
        return job

    async def submit_all(self, requests: Sequence[Request], origin: Origin) -> list[Job]:
        """Store all of these jobs, in order, or none, and return at once.

        Those for which the queue of the person has no room wait for somebody's yes. Raises
        `TooManyPleasError` where too many of theirs do so.
        """
        beyond = await self._limits.full_queue(requests, origin)
        now = self._clock.on_the_wall()
        if any(beyond):
            asked = [(one.wanted, one.limit) if one else None for one in beyond]
            entries = list(zip(requests, asked, strict=True))
            jobs = await self._store.pleas.add_jobs(entries, origin, now)
        else:
            jobs = await self._store.jobs.add_all(requests, origin, now)
        for job in jobs:
            self.accepted(job)
        return jobs

    def accepted(self, job: Job) -> None:
        """Take up a job that was stored."""
        log.info("job accepted", job=job.id, chat=job.request.chat)
        self.events.publish(JobMoved(job))
        self._ledger.ring()

    async def most_at_work(self, person_id: int) -> int | None:
        """Return how many jobs of somebody may be at work, where so many are."""
        return await self._limits.most_at_work(person_id)

    async def pause(self, job_id: int) -> Job:
        """Stop the job where it is and keep what has come."""
        return await self._acts.pause(job_id)

    async def resume(self, job_id: int) -> Job:
        return await self._acts.resume(job_id)

    async def cancel(self, job_id: int) -> Job:
        """Stop the job for good; what it had saved stays, parts nobody else wants are removed."""
        return await self._acts.cancel(job_id)

    async def retry(self, job_id: int) -> Job:
        """Try again at once what failed, was cancelled, is parked or waits."""
        return await self._acts.retry(job_id)

    def stopping(self) -> frozenset[int]:
        """Return the jobs that somebody has stopped, where that may not be stored yet."""
        return self._ledger.running.held()

    def cancelling(self) -> frozenset[int]:
        """Return the jobs that somebody cancels; on the way there, each is stored as paused."""
        return self._acts.cancelling()

    async def wake(self) -> None:
        """Look at the database now: something there was changed from outside."""
        self._ledger.ring()

    async def wait_no_more(self, reasons: Collection[Reason]) -> None:
        """Let everything go on that waits or is parked for one of these reasons."""
        async with self._ledger.lock:
            count = await self._store.items.wait_no_more(reasons)
            if count:
                log.info("items wait no more", count=count)
            for job in await self._store.jobs.unfinished():
                self._ledger.rouse(job.id)
                if job.state is JobState.QUEUED and job.reason in reasons:
                    await self._ledger.plan_at_once(job)
                elif count:
                    self.events.publish(JobMoved(job))
        self._ledger.ring()

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            await self._run()
        finally:
            # Else the next start would take it for the end of a process that was killed.
            await unbroken(self._put_back())

    async def _run(self) -> None:
        steps = [self._watch_room, self._end_takeouts, self.editor.step]
        steps += [self._planner.step] * _PLANNERS + [self._worker.step] * self._workers
        closing = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            try:
                start = until_done(self._take_up, self._clock, closing)
                await asyncio.wait({group.create_task(start)})
                looking = until_done(self._store.duplicates.catch_up, self._clock, closing)
                group.create_task(looking)  # however long it takes, nothing waits for it
                await asyncio.wait(
                    [group.create_task(keep_going(step, self._clock, closing)) for step in steps]
                )
            finally:
                closing.set()

    async def _put_back(self) -> None:
        try:
            await self._store.jobs.put_back()
        except StorageError as error:
            log.warning("work not put back", error=str(error))

    async def _come_back(self, track_id: int) -> None:
        """Lay beside a file what belongs there, and have it say what was said while it was away."""
        if self._tagging is not None:
            await self._tagging.accompany(track_id)
        self.editor.look()

    async def _watch_room(self) -> None:
        async def go_on() -> None:
            await self.wait_no_more({Reason.DISK_FULL})

        await self.room.watch(go_on)

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
            await self._store.jobs.recover(self._clock.now() + LONGEST_WAIT)
            for item in await self._store.items.interrupted():
                await self._worker.take_up(item)
        try:
            await self.refiler.take_up()
            await self._sweep()
            await self.merger.take_up()
        except DiskFailure as failure:
            # A library that is not mounted yet: its items will say so.
            log.warning("library not swept", error=str(failure))
        await self._store.items.wait_no_more(_AT_START)
        await self._ledger.close_all()

    async def _sweep(self) -> None:
        """Remove what nobody will ask for any more, and parts of which nothing is claimed."""
        transfers = self._store.transfers
        # A cancellation that was cut off before it had removed them.
        for document_id in await transfers.only_in(ENDED_ITEMS - {ItemState.FAILED}):
            await transfers.forget(document_id)
        known = await transfers.documents()
        for document_id in await self._store.files.parts() - known:
            await self._store.files.drop_part(document_id)
        now = self._clock.on_the_wall()
        await self._store.files.sweep(known, now - _STRAY_AGE)
        # What failed, a person may have tried again; only, not for ever.
        failed = await transfers.only_in(ENDED_ITEMS)
        await self._store.files.sweep(known - failed, now - _FAILED_AGE)
