"""Every claim and every move of the engine: stored first, then told, then rung for."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from downloader.bell import Bell, wait
from downloader.clock import Clock
from downloader.crew import Crew
from downloader.errors import NoSuchJobError
from downloader.events import Broadcast, ItemMoved, JobMoved
from downloader.followers import Followers
from downloader.outcomes import ItemOutcome
from downloader.running import Running, Work
from storage.claims import Claim
from storage.models import Chat, Item, ItemState, Job, JobState, Reason
from storage.states import ENDED_ITEMS, ending
from storage.store import Store

log = structlog.get_logger(__name__)

# Something is due, yet cannot be claimed: its document is being fetched. The end of that rings.
_BLOCKED = timedelta(seconds=30)
# A machine may sleep meanwhile, and its timers with it.
_LOOK_AGAIN = timedelta(minutes=5)

# A clock that was put forward or back, rather than one that is a little fast.
_SET = timedelta(minutes=1)


class Ledger:
    """`lock` is held over a claim and over what a person does to a job, and never for long.

    So whoever holds it knows that all claimed work stands in `running`.
    """

    def __init__(self, store: Store, clock: Clock, events: Broadcast, workers: int) -> None:
        self.store = store
        self.clock = clock
        self.events = events
        self.running = Running()
        self.followers = Followers()
        self.crew = Crew(workers)
        self.lock = asyncio.Lock()
        self.items_bell = Bell()
        self.jobs_bell = Bell()
        self._to_close: set[int] = set()
        # Jobs whose account or line is known to rest: to claim their items would only move each
        # of them to waiting and back. A restart may forget it.
        self._resting: dict[int, datetime] = {}
        # By so much the clock on the wall is ahead of the one that counts waits.
        self._ahead = timedelta()

    async def job(self, job_id: int) -> Job:
        job = await self.store.jobs.get(job_id)
        if job is None:
            raise NoSuchJobError(job_id)
        return job

    async def next_item(self) -> tuple[Claim, Work]:
        """Wait for an item to fetch, and claim it."""
        while True:
            ring = self.items_bell.next_ring()
            async with self.lock:
                claim = await self._claimed()
                if claim is not None:
                    item = claim.item
                    assert item.audio is not None, "an item without audio is skipped when planned"
                    return claim, self.running.enter(item.job_id, item.audio.document_id, item.id)
            dues = [await self.store.items.next_due(), *self._resting.values()]
            await self._idle(ring, dues)

    async def next_job(self) -> tuple[Job, Work]:
        """Wait for a job to plan, and claim it."""
        while True:
            ring = self.jobs_bell.next_ring()
            async with self.lock:
                held = self.running.held()
                busy = await self.store.quotas.at_their_limit()
                job = await self.store.jobs.claim_to_plan(self.clock.now(), held, busy)
                if job is not None:
                    work = self.running.enter(job.id)
                    self.events.publish(JobMoved(job))
                    return job, work
            await self._idle(ring, [await self.store.jobs.next_plan_due()])

    async def move_job(
        self,
        job_id: int,
        state: JobState,
        *,
        reason: Reason | None = None,
        detail: str = "",
        until: datetime | None = None,
        chat: Chat | None = None,
        without: Collection[int] = (),
        quietly: bool = False,
    ) -> Job:
        """Move the job, `without` these items; `quietly` where another move is about to follow."""
        job = await self.store.jobs.move(
            job_id, state, reason=reason, detail=detail, until=until, chat=chat, without=without
        )
        self.rouse(job_id)
        if state is not JobState.RUNNING:
            self.followers.leave(job_id)
        log.info("job moved", job=job_id, state=state, reason=reason)
        if not quietly:
            self.events.publish(JobMoved(job))
        self.ring()
        return job

    async def plan_at_once(self, job: Job) -> Job:
        """Forget the time a queued job waits for."""
        queued = await self.store.jobs.wait_no_more(job.id)
        self.rouse(job.id)
        self.tell_job(queued)
        return queued

    async def move_item(self, job: Job, item: Item, state: ItemState) -> Item:
        moved = await self.store.items.move(item.id, state)
        self.tell(job, moved)
        return moved

    async def settle_item(self, job: Job, item: Item, outcome: ItemOutcome) -> Item:
        if outcome.reason is Reason.TOO_MANY_FILES:
            self.crew.shrink(len(self.running.items()))
        moved = await self.store.items.move(
            item.id,
            outcome.state,
            reason=outcome.reason,
            detail=outcome.detail,
            until=outcome.until,
            attempts=outcome.attempts,
        )
        if outcome.of_all and outcome.until is not None:
            self._resting[job.id] = max(outcome.until, self._resting.get(job.id, outcome.until))
        self.tell(job, moved)
        return moved

    def rouse(self, *job_ids: int) -> None:
        """Let jobs try at once, whatever they waited for."""
        for job_id in job_ids:
            self._resting.pop(job_id, None)

    def tell_job(self, job: Job) -> None:
        """Tell of a job that stays where it is, though there may be something new to do in it."""
        self.events.publish(JobMoved(job))
        self.ring()

    def tell(self, job: Job, item: Item) -> None:
        if item.state in ENDED_ITEMS:
            log.info("item ended", item=item.id, state=item.state, reason=item.reason)
        self.events.publish(ItemMoved(job, item))

    @contextmanager
    def holding(self, job_id: int) -> Iterator[None]:
        """Stop what runs of the job at once, before that is stored; inside, none of it begins."""
        try:
            with self.running.holding(job_id):
                yield
        finally:
            self.ring()

    async def close(self, job_id: int) -> Job | None:
        """End a job whose last item has come to rest; return it, ended or not."""
        # Nothing else would look at the job again, should this not be stored.
        self._to_close.add(job_id)
        job = await self._closed(job_id)
        self._to_close.discard(job_id)
        return job

    async def close_all(self) -> None:
        """Close every job whose last item has come to rest; all are counted at once."""
        unfinished = await self.store.jobs.unfinished()
        planned = [job.id for job in unfinished if _is_planned(job)]
        for job_id, tally in (await self.store.items.tally(planned)).items():
            if ending(tally.items) is not None:
                await self.close(job_id)

    async def close_left_over(self) -> None:
        for job_id in tuple(self._to_close):
            await self.close(job_id)

    async def _closed(self, job_id: int) -> Job | None:
        async with self.lock:
            job = await self.store.jobs.get(job_id)
            if job is None or not _is_planned(job):
                return job
            tally = (await self.store.items.tally([job_id]))[job_id]
            state = ending(tally.items) if tally.items else None
            if state is None:
                return job
            # That less came than was asked for is to be told still when it is over.
            said = job.reason if job.reason is Reason.NOT_KEPT else None
            return await self.move_job(job_id, state, reason=said)

    def ring(self) -> None:
        self.items_bell.ring()
        self.jobs_bell.ring()

    async def _claimed(self) -> Claim | None:
        if not self.crew.has_room(len(self.running.items())):
            return None  # the end of one rings
        await self._mind_the_clock()
        passed = self._still_resting() | self.running.held()
        return await self.store.items.claim(self.clock.now(), passed)

    async def _mind_the_clock(self) -> None:
        """Look at the hours of the day again when the clock on the wall was put forward or back.

        A machine without a clock of its own often starts with a date that is months old.
        """
        ahead = self.clock.on_the_wall() - self.clock.now()
        if abs(ahead - self._ahead) < _SET:
            return
        log.info("clock was set", seconds=(ahead - self._ahead).total_seconds())
        if await self.store.items.wait_no_more({Reason.OUTSIDE_HOURS}):
            self._resting.clear()
        self._ahead = ahead

    def _still_resting(self) -> frozenset[int]:
        now = self.clock.now()
        self._resting = {job_id: until for job_id, until in self._resting.items() if until > now}
        return frozenset(self._resting)

    async def _idle(self, ring: asyncio.Event, dues: Sequence[datetime | None]) -> None:
        now = self.clock.now()
        lefts = [due - now if due > now else _BLOCKED for due in dues if due is not None]
        await wait(ring, self.clock, min([*lefts, _LOOK_AGAIN]) if lefts else None)


def _is_planned(job: Job) -> bool:
    """Tell whether a job has all its items and is not over.

    One may be paused in the instant in which its last item is filed away.
    """
    paused = job.state is JobState.PAUSED and job.chat is not None
    return paused or job.state is JobState.RUNNING
