"""Asks those who see to people for a yes to what is beyond somebody's limits, and acts on it.

All of it stands in the database: whatever was cut off is done after the next start, and the first
answer counts.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

from aiogram import Bot
from structlog import get_logger

from bot import pleatexts as texts
from bot.callbacks import Action, Press, Seal
from bot.errors import NotBelowError, OutOfDateError
from bot.faces import Button, Face
from bot.permissions import Permission, is_above, may
from bot.telling import tell
from downloader.bell import Bell, wait
from downloader.clock import Clock
from downloader.engine import Engine
from downloader.events import JobMoved
from downloader.supervision import keep_going
from storage.models import Job, JobState, Person, Reason
from storage.plea import Plea
from storage.states import ENDED_JOBS
from storage.store import Store

log = get_logger(__name__)

_LOOK_AGAIN = timedelta(minutes=1)


class Pleas:
    def __init__(self, bot: Bot, store: Store, engine: Engine, clock: Clock, seal: Seal) -> None:
        self._send = partial(tell, bot, seal)
        self._store = store
        self._engine = engine
        self._clock = clock
        self._bell = Bell()

    async def run(self) -> None:
        """Ask and act, until cancelled."""
        closing = asyncio.Event()
        with self._engine.events.listen() as events:
            async with asyncio.TaskGroup() as group:
                group.create_task(keep_going(self.step, self._clock, closing))
                try:
                    async for event in events:
                        if isinstance(event, JobMoved) and _is_held(event.job):
                            self._bell.ring()
                finally:
                    closing.set()

    async def step(self) -> None:
        """Ask what was not asked yet, and do what was decided; wait where there is neither."""
        ring = self._bell.next_ring()
        for plea in await self._store.pleas.untold():
            await self._ask(plea)
        for plea in await self._store.pleas.unsettled():
            await self._settle(plea)
        await wait(ring, self._clock, _LOOK_AGAIN)

    async def decide(self, plea_id: int, by: Person, *, is_granted: bool) -> Face:
        """Decide, unless somebody has, and return what the question looks like now."""
        plea = await self._store.pleas.get(plea_id)
        job = await self._store.jobs.get(plea.job_id) if plea else None
        if plea is None or job is None:
            raise OutOfDateError
        profile = await self._store.people.profile(plea.person_id)
        if profile is not None and not is_above(by.role, profile.person.role):
            raise NotBelowError(by)
        name = await self._name(plea.person_id)
        if job.state in ENDED_JOBS and plea.is_granted is None:
            return Face(texts.over(plea, job, name))
        now = self._clock.on_the_wall()
        if await self._store.pleas.decide(plea_id, by.id, now, is_granted=is_granted):
            log.info("plea decided", by=by.id, job=job.id, is_granted=is_granted)
            self._bell.ring()
        decided = await self._store.pleas.get(plea_id)
        assert decided is not None, "no plea is ever forgotten"
        return Face(texts.decided(decided, job, name, await self._name(decided.decided_by or 0)))

    async def _ask(self, plea: Plea) -> None:
        job = await self._store.jobs.get(plea.job_id)
        if job is None or job.state in ENDED_JOBS:
            await self._store.pleas.told(plea.id, self._clock.on_the_wall())
            return
        choices = ((texts.GRANT, 1), (texts.DENY, 0))
        row = tuple(Button(label, Press(Action.PLEA, plea.id, (yes,))) for label, yes in choices)
        face = Face(texts.asks(plea, job, await self._name(plea.person_id)), (row,))
        profile = await self._store.people.profile(plea.person_id)
        asked = False
        for one in await self._store.people.every():
            sees_to = profile is None or is_above(one.person.role, profile.person.role)
            if one.banned_at is None and may(one.person.role, Permission.MANAGE) and sees_to:
                asked = await self._send(one.person.id, face) or asked
        if asked:
            await self._send(job.origin.chat_id, Face(texts.held(plea, job)))
            await self._store.pleas.told(plea.id, self._clock.on_the_wall())

    async def _settle(self, plea: Plea) -> None:
        """Carry out what was decided; doing so twice is the same as once."""
        job = await self._store.jobs.get(plea.job_id)
        if job is not None and job.state not in ENDED_JOBS:
            act = self._engine.resume if plea.is_granted else self._engine.cancel
            await act(job.id)
            await self._send(job.origin.chat_id, Face(texts.answered(plea, job)))
        await self._store.pleas.settled(plea.id, self._clock.on_the_wall())

    async def _name(self, person_id: int) -> str:
        profile = await self._store.people.profile(person_id)
        return profile.person.name if profile else str(person_id)


def _is_held(job: Job) -> bool:
    return job.state is JobState.PAUSED and job.reason is Reason.OVER_LIMIT
