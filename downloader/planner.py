"""Turns one queued job at a time into items."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import aclosing
from datetime import timedelta

import structlog

from downloader.errors import DownloaderError, OfflineError, TakeoutRefusedError
from downloader.ledger import Ledger
from downloader.listing import Listing
from downloader.outcomes import JobOutcome, disk_error, of_job
from downloader.plan import (
    already_here,
    nothing_found,
    planned,
    same_files,
    to_read,
    wanted,
)
from downloader.publishing import is_there
from downloader.running import Work
from downloader.source import AudioSource
from storage.errors import DatabaseBusyError, DiskFailure
from storage.models import (
    Chat,
    Item,
    ItemState,
    Job,
    JobState,
    Reason,
    Request,
    Sameness,
    Track,
)

log = structlog.get_logger(__name__)


_TO_BE_PLANNED = frozenset({JobState.QUEUED, JobState.PLANNING, JobState.PAUSED})


class Planner:
    def __init__(self, ledger: Ledger, source: AudioSource, answer_timeout: timedelta) -> None:
        self._ledger = ledger
        self._store = ledger.store
        self._source = source
        self._answer_timeout = answer_timeout
        # How often in a row planning a job failed; a restart may forget it.
        self._troubles: Counter[int] = Counter()
        self._attempts: Counter[int] = Counter()
        self._left_over: set[int] = set()
        self._broken_off: dict[int, Listing] = {}

    async def step(self) -> None:
        """Wait for a job and plan it."""
        await self._put_back_left_over()
        await self._forget_broken_off()
        await self._ledger.close_left_over()
        job, work = await self._ledger.next_job()
        self._left_over.add(job.id)
        try:
            with structlog.contextvars.bound_contextvars(job=job.id):
                await self._plan(job, work)
            if not work.stopped:  # whoever stopped it may not have been able to store that yet
                self._left_over.discard(job.id)
        finally:
            self._ledger.running.leave(work)
        # It may hold nothing but what the library has, or messages without audio.
        await self._ledger.close(job.id)

    async def _put_back_left_over(self) -> None:
        """Queue jobs whose end could not be stored, when the database takes writes again."""
        running = self._ledger.running
        async with self._ledger.lock:  # or the other planner claims one between look and move
            for job_id in self._left_over - running.planning() - running.held():
                job = await self._ledger.job(job_id)
                if job.state is JobState.PLANNING:
                    await self._ledger.move_job(job_id, JobState.QUEUED)
                self._left_over.discard(job_id)

    async def _forget_broken_off(self) -> None:
        """Forget what was found for jobs that are not going to be planned."""
        for job_id in list(self._broken_off):
            job = await self._ledger.job(job_id)
            if job.state not in _TO_BE_PLANNED:
                self._broken_off.pop(job_id, None)

    async def _plan(self, job: Job, work: Work) -> None:
        async def steps() -> None:
            try:
                await self._steps(job, work)
            except DownloaderError as error:
                await self._settle(job, work, error)
            except DiskFailure as failure:
                await self._settle(job, work, disk_error(failure))
            except DatabaseBusyError:
                raise  # no fault of the job, nor could one be stored: it is left over
            except Exception as error:
                log.exception("planning broke")
                broken = DownloaderError(Reason.BROKEN, type(error).__name__)
                await self._settle(job, work, broken)

        # Whoever stops it has moved the job already.
        await work.run(steps)

    async def _steps(self, job: Job, work: Work) -> None:
        chat = await self._chat(job.request)
        await self._store.chats.save(chat)
        said = None
        if not await self._store.items.any_of(job.id):
            listing = await self._found(chat, job)
            plan = planned(job.request, listing.found)
            said = Reason.NO_TAKEOUT if listing.is_refused_takeout else None
            if not plan.found:
                nothing = JobOutcome(JobState.FAILED, *nothing_found(job.request), None)
                await self._end(job, work, nothing, chat)
                return
            await self._store.items.add(job.id, plan.found, plan.missing, chat.id)
            self._broken_off.pop(job.id, None)
            log.info("job planned", found=len(plan.found), missing=len(plan.missing))
        rest = await self._link_known(job)
        async with self._ledger.lock:
            if not work.stopped:
                running = await self._ledger.move_job(
                    job.id, JobState.RUNNING, reason=said, chat=chat
                )
                self._ledger.followers.join(running, rest)
        self._forget_troubles(job)

    async def _chat(self, request: Request) -> Chat:
        try:
            async with asyncio.timeout(self._answer_timeout.total_seconds()):
                return await self._source.chat(request.chat)
        except TimeoutError as error:
            raise OfflineError("no answer in time") from error

    async def _found(self, chat: Chat, job: Job) -> Listing:
        """List the postings. What was found is kept until it is stored, so that a list gets on.

        There is no limit of time: between two audio postings there may lie any number of answers,
        and the source bounds each (`AudioSource.audio`).
        """
        listing = self._broken_off.pop(job.id, None)
        if listing is None or listing.chat_id != chat.id:
            request = job.request
            is_wanted = wanted(request, job.created_at)
            listing = Listing(chat.id, request, to_read(request), is_wanted)
        try:
            await self._list(chat, listing)
        finally:
            if listing.may_go_on:
                self._broken_off[job.id] = listing
        return listing

    async def _list(self, chat: Chat, listing: Listing) -> None:
        while listing.rest is not None and not listing.has_enough:
            try:
                await self._read(chat, listing, listing.rest)
            except TakeoutRefusedError as error:
                log.warning("reading goes on without a takeout", error=str(error))
                listing.go_without_takeout()
            else:
                return

    async def _read(self, chat: Chat, listing: Listing, rest: Request) -> None:
        async with aclosing(self._source.audio(chat, rest)) as postings:
            async for audio in postings:
                listing.add(audio)
                if listing.has_enough:
                    return

    async def _link_known(self, job: Job) -> list[Item]:
        """Link what the library has, so that it need not wait for a worker; return the rest."""
        items = await self._store.items.of_job(job.id)
        rest = {item.id: item for item in items if item.state is ItemState.QUEUED}
        documents = {item.audio.document_id for item in items if item.audio is not None}
        known = await self._store.catalog.known(documents)
        for item, track in already_here(items, known):
            if await self._linked(job, item, [track], Sameness.DOCUMENT):
                del rest[item.id]
        sizes = {item.audio.size for item in rest.values() if item.audio is not None}
        by_size = await self._store.catalog.of_sizes(sizes)
        for item, tracks in same_files(list(rest.values()), by_size):
            if await self._linked(job, item, tracks, Sameness.FILE):
                del rest[item.id]
        return list(rest.values())

    async def _linked(self, job: Job, item: Item, tracks: Sequence[Track], same: Sameness) -> bool:
        """Link the item to the first of the tracks whose file is there, if any is."""
        for track in tracks:
            if await is_there(self._store, track):
                self._ledger.tell(job, await self._store.catalog.link(item, track, same))
                return True
        return False

    async def _settle(self, job: Job, work: Work, error: DownloaderError) -> None:
        troubles, attempts = self._troubles[job.id], self._attempts[job.id]
        outcome = of_job(error, job, self._ledger.clock.now(), troubles, attempts)
        log.warning("job not planned", error=str(error), state=outcome.state)
        self._troubles[job.id] += 1
        self._attempts[job.id] = outcome.attempts
        if outcome.state is JobState.FAILED:
            self._forget_troubles(job)
        await self._end(job, work, outcome)

    def _forget_troubles(self, job: Job) -> None:
        self._troubles.pop(job.id, None)
        self._attempts.pop(job.id, None)

    async def _end(
        self, job: Job, work: Work, outcome: JobOutcome, chat: Chat | None = None
    ) -> None:
        async with self._ledger.lock:
            current = await self._ledger.job(job.id)
            if work.stopped or current.state is not JobState.PLANNING:
                return
            await self._ledger.move_job(
                job.id,
                outcome.state,
                reason=outcome.reason,
                detail=outcome.detail,
                until=outcome.until,
                chat=chat,
            )
