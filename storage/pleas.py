"""What people asked for beyond their limits, and what was decided of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.job_rows import found_job
from storage.jobs import put_job
from storage.journal import Journal
from storage.models import Job, JobState, Origin, Reason, Request
from storage.people_tables import pleas
from storage.plea import Excess, Plea
from storage.record import What
from storage.states import ENDED_JOBS
from storage.tables import jobs
from storage.upsert import insert_new


class Pleas:
    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def add(self, job: Job, excess: Excess, wanted: int, limit: int, now: datetime) -> None:
        """Ask for a job, once."""
        row = _row(job.id, job.origin.person_id, excess, wanted, limit, now)
        async with self._database.write() as connection:
            await insert_new(connection, pleas, [row])

    async def add_jobs(
        self,
        entries: Sequence[tuple[Request, tuple[int, int] | None]],
        origin: Origin,
        now: datetime,
    ) -> list[Job]:
        """Enter jobs, all or none. Those with (wanted, limit) stand still: they have no room."""
        entered = []
        async with self._database.write() as connection:
            for request, beyond in entries:
                job = await put_job(connection, request, origin, now)
                if beyond is not None:
                    still = {"state": JobState.PAUSED, "reason": Reason.OVER_LIMIT}
                    await connection.execute(
                        update(jobs).where(jobs.c.id == job.id).values(**still)
                    )
                    wanted, limit = beyond
                    row = _row(job.id, origin.person_id, Excess.QUEUED, wanted, limit, now)
                    await connection.execute(insert(pleas).values(**row))
                entered.append(await found_job(connection, job.id))
        return entered

    async def get(self, plea_id: int) -> Plea | None:
        return await self._one(pleas.c.id == plea_id)

    async def of_job(self, job_id: int) -> Plea | None:
        return await self._one(pleas.c.job_id == job_id)

    async def holds(self, job_id: int) -> bool:
        """Tell whether a job may not go on but with somebody's yes."""
        found = await self.of_job(job_id)
        return found is not None and not found.is_granted

    async def count(self, person_id: int) -> int:
        """Count those of a person that nobody has decided, but for jobs that are over."""
        mine = (pleas.c.person_id == person_id) & pleas.c.is_granted.is_(None)
        waits = jobs.c.state.not_in(ENDED_JOBS)
        async with self._database.read() as connection:
            whose = pleas.join(jobs, jobs.c.id == pleas.c.job_id)
            wanted = select(func.count()).select_from(whose).where(mine, waits)
            return await connection.scalar(wanted) or 0

    async def untold(self) -> list[Plea]:
        return await self._those(pleas.c.told_at.is_(None), pleas.c.is_granted.is_(None))

    async def told(self, plea_id: int, now: datetime) -> None:
        await self._mark(plea_id, {"told_at": now})

    async def decide(self, plea_id: int, by: int, now: datetime, *, is_granted: bool) -> bool:
        """Decide, unless somebody has; tell whether it was decided now."""
        values = {"is_granted": int(is_granted), "decided_by": by, "decided_at": now}
        async with self._database.write() as connection:
            found = await _decided(connection, plea_id, values)
            if found is not None:
                what = What.PLEA_GRANTED if is_granted else What.PLEA_DENIED
                about = {"job": found.job_id, "person": found.person_id}
                await self._journal.append(connection, what, about)
            return found is not None

    async def take_back(self, plea_id: int, now: datetime) -> bool:
        """Have a question answer itself, unless somebody has; tell whether it did."""
        values = {
            "is_granted": int(True),
            "decided_by": pleas.c.person_id,
            "decided_at": now,
            "settled_at": now,
        }
        async with self._database.write() as connection:
            return await _decided(connection, plea_id, values) is not None

    async def unsettled(self) -> list[Plea]:
        """Return those that are decided, and of which nothing has come yet."""
        return await self._those(pleas.c.is_granted.is_not(None), pleas.c.settled_at.is_(None))

    async def settled(self, plea_id: int, now: datetime) -> None:
        await self._mark(plea_id, {"settled_at": now})

    async def _one(self, which: ColumnElement[bool]) -> Plea | None:
        found = await self._those(which)
        return found[0] if found else None

    async def _those(self, *which: ColumnElement[bool]) -> list[Plea]:
        async with self._database.read() as connection:
            return await _found(connection, *which)

    async def _mark(self, plea_id: int, values: dict[str, datetime]) -> None:
        async with self._database.write() as connection:
            await connection.execute(update(pleas).where(pleas.c.id == plea_id).values(**values))


async def _decided(
    connection: AsyncConnection, plea_id: int, values: dict[str, Any]
) -> Row[int, int] | None:
    """Set it where nobody has decided; return whose job it is about, None otherwise."""
    undecided = (pleas.c.id == plea_id) & pleas.c.is_granted.is_(None)
    decided = update(pleas).where(undecided).values(**values)
    whose = decided.returning(pleas.c.job_id, pleas.c.person_id)
    return (await connection.execute(whose)).first()


async def _found(connection: AsyncConnection, *which: ColumnElement[bool]) -> list[Plea]:
    rows = await connection.execute(select(pleas).where(*which).order_by(pleas.c.id))
    return [_plea(row) for row in rows]


def _row(
    job_id: int, person_id: int, excess: Excess, wanted: int, limit: int, now: datetime
) -> dict[str, Any]:
    return {
        "job_id": job_id,
        "person_id": person_id,
        "excess": excess,
        "wanted": wanted,
        "limit": limit,
        "made_at": now,
    }


def _plea(row: Row[Any]) -> Plea:
    is_granted = None if row.is_granted is None else bool(row.is_granted)
    asked = (row.excess, row.wanted, row.limit, row.made_at)
    return Plea(row.id, row.job_id, row.person_id, *asked, is_granted, row.decided_by)
