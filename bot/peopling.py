"""Sees to people: every change to one is made here, with what follows from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from bot import peopletexts as texts
from bot.errors import NotBelowError, OutOfDateError, Usage, UsageError
from bot.menu import Menu
from bot.ownlimits import OwnLimits
from bot.peoplewords import Who
from bot.permissions import Permission, is_above, may
from bot.personview import PersonView, Stopped
from downloader.clock import Clock
from downloader.engine import Engine
from storage.handling import aside
from storage.models import JobState, Person, Role
from storage.people import Profile
from storage.quota import USUAL, Quota
from storage.states import ENDED_JOBS
from storage.store import Store
from storage.watch import WatchState

log = structlog.get_logger(__name__)


class Peopling:
    """What somebody may not have any more is stopped before that is stored, and once more after.

    Before, since a kill after it would leave it running for ever: what is stored is not done again.
    """

    def __init__(
        self,
        store: Store,
        engine: Engine,
        clock: Clock,
        bot: Bot,
        menu: Menu,
        own_limits: OwnLimits,
    ) -> None:
        self._store = store
        self._engine = engine
        self._clock = clock
        self._bot = bot
        self._menu = menu
        self._own_limits = own_limits

    async def every(self) -> Sequence[PersonView]:
        return [await self._view(one) for one in await self._store.people.every()]

    async def view(self, person_id: int) -> PersonView:
        """Raise `OutOfDateError` where nobody is known by this number any more."""
        profile = await self._store.people.profile(person_id)
        if profile is None:
            raise OutOfDateError
        return await self._view(profile)

    async def meant(self, who: Who) -> PersonView:
        """Return whom somebody names, by a name, a number of Telegram's, or that in the list."""
        people = self._store.people
        if who.username is not None:
            found = await people.called(who.username)
        else:
            number = who.number or 0
            found = await people.profile(number) or await people.numbered(number)
        if found is None:
            raise UsageError(Usage.NOBODY, f"@{who.username}" if who.username else str(who.number))
        return await self._view(found)

    async def set_role(self, by: Person, profile: Profile, role: Role) -> Stopped:
        """Raise `NotBelowError` unless both roles are below that of who does it."""
        before = _check(by, profile)
        if not is_above(by.role, role):
            raise NotBelowError(by)
        if role is before.role:
            return Stopped()
        stop = partial(
            self._stop,
            before.id,
            jobs=not may(role, Permission.FETCH),
            watches=not may(role, Permission.FOLLOW),
        )
        stopped = await _first(stop)
        _done(await self._store.people.set_role(before, role, self._clock.on_the_wall()))
        self._note("role given", by, before, role=role)
        stopped += await stop()
        if profile.banned_at is None:
            await self._menu.publish(before.id, role)
            await self._tell(before.id, texts.you_are(role))
        return stopped

    async def ban(self, by: Person, profile: Profile) -> Stopped:
        """Make a stranger of somebody, who stays known; what runs for them stands still."""
        before = _check(by, profile)
        stopped = await _first(partial(self._stop, before.id))
        _done(await self._store.people.ban(before, self._clock.on_the_wall()))
        self._note("person banned", by, before)
        stopped += await self._stop(before.id)
        await self._menu.publish(before.id, None)
        return stopped

    async def let_in(self, by: Person, profile: Profile) -> None:
        before = _check(by, profile)
        _done(await self._store.people.let_in(before))
        self._note("person let in again", by, before)
        await self._menu.publish(before.id, before.role)
        waits = may(before.role, Permission.FETCH) and await self._has_paused(before.id)
        await self._tell(before.id, texts.in_again(before.role, waits=waits))

    async def remove(self, by: Person, profile: Profile) -> Stopped:
        """Forget that somebody has a role, and the limits that were said of them."""
        before = _check(by, profile)
        stopped = await _first(partial(self._forget, before.id))
        _done(await self._store.people.remove(before))
        self._note("person removed", by, before)
        stopped += await self._forget(before.id)
        await self._menu.publish(before.id, None)
        return stopped

    async def limit(self, by: Person, profile: Profile, quota: Quota) -> None:
        before = _check(by, profile)
        await self._store.quotas.say(before.id, quota)
        self._note("limits set", by, before)
        await self._engine.wake()

    async def limit_role(self, by: Person, role: Role, quota: Quota) -> None:
        """Say what holds for everybody with a role that is below one's own."""
        if not is_above(by.role, role):
            raise NotBelowError(by)
        await self._store.quotas.say(role, quota)
        self._note("limits of role set", by, role=role)
        await self._engine.wake()

    async def of_roles(self, *, said_only: bool = False) -> dict[Role, Quota]:
        """Return what holds for each role, or only what was said of it."""
        said = {role: await self._store.quotas.said(role) for role in Role}
        if said_only:
            return said
        return {role: quota.or_else(USUAL[role]) for role, quota in said.items()}

    def now(self) -> datetime:
        return self._clock.on_the_wall()

    async def _view(self, profile: Profile) -> PersonView:
        own = await self._store.quotas.said(profile.person.id)
        quota, used = await self._own_limits.of(profile.person)
        return PersonView(profile, quota, own, used)

    async def _forget(self, person_id: int) -> Stopped:
        """Stop all that runs for somebody, and let nothing more come to them of what is done."""
        stopped = await self._stop(person_id)
        for watch in await self._store.watches.of_person(person_id):
            await self._store.deeds.drop(watch.id)
        return stopped

    async def _stop(self, person_id: int, *, jobs: bool = True, watches: bool = True) -> Stopped:
        """Pause what runs for somebody: the watches first, since they make jobs."""
        stopped_watches = stopped_jobs = 0
        for watch in await self._store.watches.of_person(person_id) if watches else ():
            if watch.state is not WatchState.PAUSED:
                now = self._clock.on_the_wall()
                await self._store.watches.set(watch.id, WatchState.PAUSED, now)
                stopped_watches += 1
        for job in await self._store.jobs.unfinished() if jobs else ():
            if job.origin.person_id == person_id and job.state is not JobState.PAUSED:
                paused = await self._engine.pause(job.id)
                stopped_jobs += paused.state not in ENDED_JOBS
        return Stopped(stopped_jobs, stopped_watches)

    async def _has_paused(self, person_id: int) -> bool:
        jobs = await self._store.jobs.unfinished()
        watches = await self._store.watches.of_person(person_id)
        return any(
            job.origin.person_id == person_id and job.state is JobState.PAUSED for job in jobs
        ) or any(watch.state is WatchState.PAUSED for watch in watches)

    def _note(self, what: str, by: Person, whom: Person | None = None, **facts: object) -> None:
        log.info(what, by=by.id, whom=whom and whom.id, **facts)

    async def _tell(self, person_id: int, text: str) -> None:
        try:
            await self._bot.send_message(person_id, text)
        except TelegramAPIError as error:
            log.info("person not told", whom=person_id, error=str(error))


def _check(by: Person, profile: Profile) -> Person:
    """Return who it is, whom `by` may see to."""
    if not is_above(by.role, profile.person.role):
        raise NotBelowError(by)
    return profile.person


async def _first(stop: Callable[[], Awaitable[Stopped]]) -> Stopped:
    """Stop it as what counts for nothing yet: cut off, it is done again with all the rest."""
    with aside():
        return await stop()


def _done(is_done: bool) -> None:  # noqa: FBT001  # what the storage answers
    if not is_done:
        raise OutOfDateError
