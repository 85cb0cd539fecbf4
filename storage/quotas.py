"""How much people may have fetched, and how much of that they use."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from storage.database import Database
from storage.journal import Journal
from storage.models import ItemState, JobState, Person, Role
from storage.people_tables import charges, quotas
from storage.quota import USUAL, Quota, Used
from storage.record import What
from storage.states import ENDED_ITEMS, ENDED_JOBS
from storage.tables import items, jobs, people
from storage.upsert import insert_new, upsert

_AT_WORK = (JobState.PLANNING, JobState.RUNNING)
_COMING = frozenset(ItemState) - ENDED_ITEMS


class Quotas:
    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def said(self, whose: Role | int) -> Quota:
        """Return what was said of a role, or of a person by the number."""
        async with self._database.read() as connection:
            its = quotas.c.whose == str(whose)
            row = (await connection.execute(select(quotas).where(its))).first()
        return Quota(row.jobs, row.queued, row.daily, row.largest) if row else Quota()

    async def say(self, whose: Role | int, quota: Quota) -> None:
        """Say it in place of what was said before; of nothing, nothing is kept."""
        async with self._database.write() as connection:
            if quota == Quota():
                await connection.execute(delete(quotas).where(quotas.c.whose == str(whose)))
            else:
                await upsert(connection, quotas, {"whose": str(whose), **asdict(quota)})
            about = {"person": whose} if isinstance(whose, int) else {"role": whose.value}
            await self._journal.append(connection, What.LIMITS_SET, about)

    async def of(self, person: Person) -> Quota:
        """Return what holds for somebody: their own, then that of the role, then the usual."""
        own, of_role = await self.said(person.id), await self.said(person.role)
        return own.or_else(of_role).or_else(USUAL[person.role])

    async def used(self, person_id: int, since: datetime) -> Used:
        """Return what somebody uses, and has had fetched since then."""
        mine = jobs.c.person_id == person_id
        at_work = select(func.count()).where(mine, jobs.c.state.in_(_AT_WORK))
        open_ = select(func.count()).where(mine, jobs.c.state.not_in(ENDED_JOBS))
        today = (charges.c.person_id == person_id) & (charges.c.at >= since)
        total = select(func.coalesce(func.sum(charges.c.size), 0)).where(today)
        async with self._database.read() as connection:
            counts = [await connection.scalar(one) or 0 for one in (at_work, open_, total)]
        return Used(*map(int, counts))

    async def charge(self, job_id: int, person_id: int, size: int, at: datetime) -> None:
        """Count a job in the day of the person, once."""
        row = {"job_id": job_id, "person_id": person_id, "size": size, "at": at}
        async with self._database.write() as connection:
            await insert_new(connection, charges, [row])

    async def is_charged(self, job_id: int) -> bool:
        async with self._database.read() as connection:
            its = select(charges.c.job_id).where(charges.c.job_id == job_id)
            return (await connection.execute(its)).first() is not None

    async def sizes(self, job_id: int) -> tuple[int, int]:
        """Return how many bytes of a job are to come, and how many the largest of its files has."""
        its = (items.c.job_id == job_id) & items.c.state.in_(_COMING)
        wanted = select(func.sum(items.c.size), func.max(items.c.size)).where(its)
        async with self._database.read() as connection:
            total, largest = (await connection.execute(wanted)).one()
        return int(total or 0), int(largest or 0)

    async def too_large(self, job_id: int, largest: int) -> Collection[int]:
        """Return the items of a job that are to come and whose files are larger than that."""
        its = (items.c.job_id == job_id) & items.c.state.in_(_COMING) & (items.c.size > largest)
        async with self._database.read() as connection:
            return list(await connection.scalars(select(items.c.id).where(its)))

    async def at_their_limit(self) -> Collection[int]:
        """Return the people who have as many jobs at work as they may, and another one queued."""
        found = []
        for person, count in await self._busy():
            most = (await self.of(person)).jobs or 0
            if most and count >= most:
                found.append(person.id)
        return found

    async def _busy(self) -> list[tuple[Person, int]]:
        queued = select(jobs.c.person_id).where(jobs.c.state == JobState.QUEUED)
        counted: Any = (
            select(people.c.id, people.c.name, people.c.role, func.count())
            .join(jobs, jobs.c.person_id == people.c.id)
            .where(jobs.c.state.in_(_AT_WORK), people.c.id.in_(queued))
            .group_by(people.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(counted)).all()
        return [(Person(row[0], row[1], row[2]), row[3]) for row in rows]
