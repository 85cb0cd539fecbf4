"""Turns one queued job at a time into items."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import aclosing
from datetime import timedelta

import structlog

from downloader.errors import DownloaderError, OfflineError, TakeoutRefusedError
from downloader.ledger import Ledger
from downloader.limits import Limits
from downloader.listing import Listing
from downloader.outcomes import JobOutcome, disk_error, of_job
from downloader.plan import (
    already_here,
    nothing_found,
    planned,
    removed,
    same_files,
    to_read,
    wanted,
)
from downloader.publishing import is_there
from downloader.running import Work
from downloader.source import AudioSource
from downloader.sparing import Sparing
from storage.errors import DatabaseBusyError, DiskFailure
from storage.listings import Mark
from storage.models import (
    Chat,
    Item,
    Job,
    JobState,
    Reason,
    Request,
    Sameness,
    Track,
)

log = structlog.get_logger(__name__)

_AT_ONCE = 1000  # items that are looked at for what the library has
_TO_BE_PLANNED = frozenset({JobState.QUEUED, JobState.PLANNING, JobState.PAUSED})


class Planner:
    def __init__(
        self, ledger: Ledger, source: AudioSource, answer_timeout: timedelta, limits: Limits
    ) -> None:
        self._ledger = ledger
        self._limits = limits
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
        chat, said = job.chat, None
        begun = await self._store.listings.of(job.id)
        is_whole = begun is None and await self._store.items.any_of(job.id)
        if chat is None or not is_whole:
            chat = await self._chat(job.request)
            await self._store.chats.save(chat)
        if not is_whole:
            listing = await self._found(chat, job, begun)
            plan = planned(job.request, listing.found)
            said = Reason.NO_TAKEOUT if listing.is_refused_takeout else None
            if not plan.found and not await self._store.items.any_of(job.id):
                await self._store.items.add(job.id, (), looked=listing.looked)
                self._broken_off.pop(job.id, None)  # another try begins anew
                nothing = JobOutcome(JobState.FAILED, *nothing_found(job.request), None)
                await self._end(job, work, nothing, chat)
                return
            entered = (job.id, plan.found, plan.missing, chat.id, listing.looked)
            await self._store.items.add(*entered)
            self._broken_off.pop(job.id, None)
            log.info("job planned", found=len(plan.found), missing=len(plan.missing))
        await self._link_known(job)
        if (ruled := await self._limits.rule(job)) is not None:
            await self._end(job, work, ruled, chat)
            return
        await self._begin(job, work, chat, said)
        self._forget_troubles(job)

    async def _begin(self, job: Job, work: Work, chat: Chat, said: Reason | None) -> None:
        """Let the job run, without what is not kept; or end it, where it was all of that.

        Both are one transaction: a kill between them, and nobody would be told why less comes.
        """
        surplus = await self._surplus(job, chat)
        said = Reason.NOT_KEPT if surplus else said
        async with self._ledger.lock:
            if work.stopped:
                return
            tally = (await self._store.items.tally([job.id]))[job.id]
            is_any_left = sum(tally.items.values()) > len(surplus)
            state = JobState.RUNNING if is_any_left else JobState.FAILED
            moved = await self._ledger.move_job(
                job.id, state, reason=said, chat=chat, without=surplus
            )
            if is_any_left:
                await self._follow(moved)

    async def _surplus(self, job: Job, chat: Chat) -> Collection[int]:
        """Return the items that would go into the trash as soon as the job is over."""
        retention = (await self._store.retentions.every()).get(chat.id)
        if retention is None or job.request.message_ids:
            return ()
        now = self._ledger.clock.on_the_wall()
        held = await self._store.retentions.held(chat.id, now)
        sparing = Sparing(chat.id, held, retention, now)
        async for items in self._queued(job):
            found = {item.id: item.audio for item in items if item.audio is not None}
            documents = {audio.document_id for audio in found.values()}
            known = await self._store.catalog.known(documents)
            for number, audio in found.items():
                if audio.document_id not in known:
                    sparing.take(number, audio)
        return sparing.going()

    async def _follow(self, job: Job) -> None:
        """Let its items follow what is on its way already."""
        followers = self._ledger.followers
        for document in followers.documents():
            waiting = await self._store.items.waiting_for(document)
            followers.join(job, [item for item in waiting if item.job_id == job.id])

    async def _chat(self, request: Request) -> Chat:
        try:
            async with asyncio.timeout(self._answer_timeout.total_seconds()):
                return await self._source.chat(request.chat)
        except TimeoutError as error:
            raise OfflineError("no answer in time") from error

    async def _found(self, chat: Chat, job: Job, begun: Mark | None) -> Listing:
        """List the postings, from where a life before was on.

        What was found is kept until it is stored, so that a list gets on.

        There is no limit of time: between two audio postings there may lie any number of answers,
        and the source bounds each (`AudioSource.audio`).
        """
        listing = self._broken_off.pop(job.id, None)
        if listing is None or listing.chat_id != chat.id:
            request = job.request
            is_wanted = wanted(request, job.created_at)
            listing = Listing(chat.id, request, to_read(request), is_wanted, begun=begun)
        try:
            await self._list(chat, job, listing)
        finally:
            if listing.may_go_on:
                self._broken_off[job.id] = listing
        return listing

    async def _list(self, chat: Chat, job: Job, listing: Listing) -> None:
        while (rest := listing.ask()) is not None and not listing.has_enough:
            try:
                await self._read(chat, job, listing, rest)
            except TakeoutRefusedError as error:
                log.warning("reading goes on without a takeout", error=str(error))
                listing.go_without_takeout()
            else:
                return

    async def _read(self, chat: Chat, job: Job, listing: Listing, rest: Request) -> None:
        async with aclosing(self._source.audio(chat, rest)) as postings:
            async for audio in postings:
                listing.add(audio)
                if listing.has_enough:
                    return
                if listing.is_long:
                    mark = listing.mark(audio)
                    part = (listing.found, mark, listing.looked)
                    await self._store.listings.go_on(job.id, *part)
                    listing.stored(mark)
        listing.end()

    async def _link_known(self, job: Job) -> None:
        """Link what the library has, so that it need not wait for a worker."""
        async for items in self._queued(job):
            await self._link_those(job, items)

    async def _queued(self, job: Job) -> AsyncIterator[list[Item]]:
        after = 0
        while items := await self._store.items.queued(job.id, after, _AT_ONCE):
            yield items
            after = items[-1].id

    async def _link_those(self, job: Job, items: Sequence[Item]) -> None:
        rest = {item.id: item for item in items}
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
        await self._leave_out(job, list(rest.values()))

    async def _leave_out(self, job: Job, rest: Sequence[Item]) -> None:
        """End the items whose tracks were removed on purpose, unless they are asked for again."""
        if job.request.message_ids:
            return
        documents = {item.audio.document_id for item in rest if item.audio is not None}
        removals = await self._store.removals.of_documents(documents)
        staying_away = [(item, one.track_id) for item, one in removed(rest, removals)]
        for item in await self._store.items.leave_out(staying_away):
            self._ledger.tell(job, item)

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
            if outcome.state is JobState.FAILED:
                await self._store.items.stop(job.id)  # of a plan that did not become whole
            await self._ledger.move_job(
                job.id,
                outcome.state,
                reason=outcome.reason,
                detail=outcome.detail,
                until=outcome.until,
                chat=chat,
            )
