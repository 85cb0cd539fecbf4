"""Holds each job against the limits of whoever ordered it, before its first byte."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from downloader.clock import Clock
from downloader.errors import TooManyPleasError
from downloader.outcomes import JobOutcome
from downloader.rhythms import midnight
from storage.models import Job, JobState, Origin, Reason, Request
from storage.people import Profile
from storage.plea import Excess, Plea
from storage.quota import Quota, Used
from storage.store import Store

log = structlog.get_logger(__name__)

_DAY = timedelta(days=1)
_PLEAS = 5  # that one person may have open


@dataclass(frozen=True, slots=True)
class Beyond:
    """What goes beyond which limit; both are jobs, or bytes."""

    excess: Excess
    wanted: int
    limit: int


class Limits:
    """Of whom nothing is known, nothing is limited: that is the owner, by the settings."""

    def __init__(self, store: Store, clock: Clock, zone: ZoneInfo | None) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        # Between the look at what is left of a day and its use nobody else may use it.
        self._ruling = asyncio.Lock()

    async def full_queue(self, requests: Sequence[Request], origin: Origin) -> list[Beyond | None]:
        """Tell for which of these somebody has no room; for those of a watch there always is.

        Raises `TooManyPleasError` where they have asked for too much already.
        """
        beyond: list[Beyond | None] = [None] * len(requests)
        person = await self._store.people.get(origin.person_id)
        most = (await self._store.quotas.of(person)).queued if person else None
        if person is None or not most:
            return beyond
        count = (await self._used(person.id)).queued
        for number, request in enumerate(requests):
            if request.watch is None:
                count += 1
                beyond[number] = Beyond(Excess.QUEUED, count, most) if count > most else None
        asks = sum(one is not None for one in beyond)
        if asks and await self._store.pleas.count(person.id) + asks > _PLEAS:
            raise TooManyPleasError(most, _PLEAS)
        return beyond

    async def most_at_work(self, person_id: int) -> int | None:
        """Return how many jobs of somebody may be at work, where so many are."""
        person = await self._store.people.get(person_id)
        most = (await self._store.quotas.of(person)).jobs if person else None
        return most if most and (await self._used(person_id)).jobs >= most else None

    async def is_held(self, job: Job) -> bool:
        """Tell whether a job that is to go on has to be held against the limits again."""
        person = await self._store.people.get(job.origin.person_id)
        if person is None:
            return await self._store.people.profile(job.origin.person_id) is not None
        if await self._store.pleas.holds(job.id):
            return True
        return await self.most_at_work(person.id) is not None

    async def rule(self, job: Job) -> JobOutcome | None:
        """Return what becomes of a job that may not go on now; else count it in the day.

        What goes beyond waits for somebody's yes; that of a watch, for which nobody waits, for
        another day, and without what is too large.
        """
        async with self._ruling:
            return await self._rule(job)

    async def _rule(self, job: Job) -> JobOutcome | None:
        store, whose = self._store, job.origin.person_id
        profile = await store.people.profile(whose)
        if profile is None:
            return None
        if profile.banned_at is not None:
            return _stopped(JobState.PAUSED)
        if await store.quotas.is_charged(job.id):
            return None
        plea = await store.pleas.of_job(job.id)
        if plea is None or not plea.is_granted:
            by_hand = job.request.watch is None
            held = await (self._beyond if by_hand else self._of_watch)(job, profile)
            if held is not None:
                return held
            if plea is not None and not await self._answer_itself(plea):
                return _stopped(JobState.PAUSED)  # what was decided instead is about to be done
        total, _ = await store.quotas.sizes(job.id)
        await store.quotas.charge(job.id, whose, total, self._clock.on_the_wall())
        return None

    async def _answer_itself(self, plea: Plea) -> bool:
        """Take the question back: another day, or other limits, have room for it.

        Return False where somebody has decided meanwhile. What was denied before stays so, and
        holds nothing up any more.
        """
        if plea.is_granted is not None:
            return True
        return await self._store.pleas.take_back(plea.id, self._clock.on_the_wall())

    async def _beyond(self, job: Job, profile: Profile) -> JobOutcome | None:
        quota = await self._store.quotas.of(profile.person)
        sizes = await self._store.quotas.sizes(job.id)
        beyond = beyond_of(quota, await self._used(profile.person.id), *sizes)
        if beyond is None:
            return await self._still_held(job)
        plea = await self._store.pleas.of_job(job.id)
        if plea is not None and plea.is_granted is False:
            return _stopped(JobState.FAILED)
        log.info("job beyond the limits", job=job.id, excess=beyond.excess)
        asked = (beyond.excess, beyond.wanted, beyond.limit, self._clock.on_the_wall())
        await self._store.pleas.add(job, *asked)
        return _stopped(JobState.PAUSED)

    async def _still_held(self, job: Job) -> JobOutcome | None:
        """Hold on to what waits for room in the queue, which nobody but a yes makes."""
        plea = await self._store.pleas.of_job(job.id)
        if plea is None or plea.excess is not Excess.QUEUED:
            return None
        return _stopped(JobState.PAUSED if plea.is_granted is None else JobState.FAILED)

    async def _of_watch(self, job: Job, profile: Profile) -> JobOutcome | None:
        store, quota = self._store, await self._store.quotas.of(profile.person)
        if quota.largest:
            await store.items.drop(await store.quotas.too_large(job.id, quota.largest))
            if not await store.items.any_of(job.id):
                return _stopped(JobState.FAILED)
        total, _ = await store.quotas.sizes(job.id)
        used = await self._used(profile.person.id)
        # What is larger than a day comes alone, on one of its own, or nothing ever would again.
        if quota.daily and used.daily and used.daily + total > quota.daily:
            wall = self._clock.on_the_wall()
            tomorrow = midnight(wall + _DAY, self._zone) - wall
            return _stopped(JobState.QUEUED, self._clock.now() + tomorrow)
        return None

    async def _used(self, person_id: int) -> Used:
        since = midnight(self._clock.on_the_wall(), self._zone)
        return await self._store.quotas.used(person_id, since)


def beyond_of(quota: Quota, used: Used, total: int, largest: int) -> Beyond | None:
    """Tell which limit a job goes beyond that brings so many bytes, in files of at most so many."""
    if quota.largest and largest > quota.largest:
        return Beyond(Excess.LARGEST, largest, quota.largest)
    if quota.daily and used.daily + total > quota.daily:
        return Beyond(Excess.DAILY, total, max(0, quota.daily - used.daily))
    return None


def _stopped(state: JobState, until: datetime | None = None) -> JobOutcome:
    return JobOutcome(state, Reason.OVER_LIMIT, "", until)
