"""The downloads that watches ask for: of which nobody was told yet, and which came to nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.database import Database
from storage.job_rows import job_from, jobs_with_chats
from storage.models import ItemState, Job, JobState, Order, Reason
from storage.states import ENDED_ITEMS, ENDED_JOBS
from storage.tables import items, jobs, tracks
from storage.upsert import upsert
from storage.watch import Watch
from storage.watch_tables import digests, untold_jobs

TITLES = 3
# What is parked for these does not go on by itself, nor is it told of otherwise.
_STUCK = frozenset(
    {
        Reason.NO_ACCESS,
        Reason.QUARANTINED,
        Reason.DISK_DENIED,
        Reason.DISK_MISSING,
        Reason.DISK_BROKEN,
        Reason.LOCKED,
    }
)


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of some downloads: how many tracks, bytes, and what the first are called.

    `reasons` says of how many tracks nothing came, and why.
    """

    saved: int = 0
    size: int = 0
    titles: tuple[str, ...] = ()
    reasons: Counter[Reason] = field(default_factory=Counter)

    @property
    def failed(self) -> int:
        return self.reasons.total()


class WatchJobs:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def untold(self) -> list[Job]:
        """Return the jobs of which nobody was told, the oldest first.

        They are over, or stand still until a person does something.
        """
        waiting = jobs.c.id.in_(select(untold_jobs.c.job_id))
        at_rest = jobs.c.state.in_(ENDED_JOBS) | _stands_still()
        those = jobs_with_chats().where(waiting, at_rest).order_by(jobs.c.id)
        async with self._database.read() as connection:
            return [job_from(row) for row in await connection.execute(those)]

    async def backfills(self, watch: Watch, limit: int) -> list[Job]:
        """Return the newest jobs that fetch what was posted before a watch began, newest first."""
        asked, since = jobs.c.request, jobs.c.created_at >= watch.made_at
        its = func.json_extract(asked, "$.watch") == watch.id
        # A look orders what is newer than what was seen, oldest first; an edit names its message.
        newest_first = func.json_extract(asked, "$.order") == Order.NEWEST
        names_none = func.json_array_length(asked, "$.message_ids") == 0
        those = jobs_with_chats().where(since, its, newest_first, names_none)
        async with self._database.read() as connection:
            rows = await connection.execute(those.order_by(jobs.c.id.desc()).limit(limit))
            return [job_from(row) for row in rows]

    async def told(self, job_ids: Collection[int]) -> None:
        async with self._database.write() as connection:
            await _told(connection, job_ids)

    async def digest_sent_at(self, chat_id: int, minute: int) -> datetime | None:
        """Return when the digest of that minute of the day was last seen to."""
        its = (digests.c.chat_id == chat_id) & (digests.c.minute == minute)
        async with self._database.read() as connection:
            return await connection.scalar(select(digests.c.sent_at).where(its))

    async def digest_sent(
        self, chat_id: int, minute: int, now: datetime, job_ids: Collection[int]
    ) -> None:
        """Note that a digest was sent, and told of these jobs."""
        row = {"chat_id": chat_id, "minute": minute, "sent_at": now}
        async with self._database.write() as connection:
            await upsert(connection, digests, row)
            await _told(connection, job_ids)

    async def brought(self, job_ids: Collection[int]) -> Brought:
        """Tell what came of these jobs."""
        found = Brought()
        async with self._database.read() as connection:
            for some in batches(job_ids):
                found = _both(found, await _brought(connection, some))
        return found


def _stands_still() -> ColumnElement[bool]:
    its = items.c.job_id == jobs.c.id
    stuck = (items.c.state == ItemState.PARKED) & items.c.reason.in_(_STUCK)
    moving = items.c.state.not_in(ENDED_ITEMS) & ~stuck
    is_running = jobs.c.state == JobState.RUNNING
    return is_running & exists().where(its, stuck) & ~exists().where(its, moving)


async def _told(connection: AsyncConnection, job_ids: Collection[int]) -> None:
    for some in batches(job_ids):
        await connection.execute(delete(untold_jobs).where(untold_jobs.c.job_id.in_(some)))


async def _brought(connection: AsyncConnection, job_ids: Collection[int]) -> Brought:
    those = items.c.job_id.in_(job_ids)
    saved = those & (items.c.state == ItemState.SAVED)
    sums = select(func.count(), func.coalesce(func.sum(items.c.size), 0)).where(saved)
    count, size = (await connection.execute(sums)).one()
    held = items.join(tracks, tracks.c.id == items.c.track_id)
    named = func.coalesce(func.nullif(tracks.c.title, ""), tracks.c.name)
    first = select(named).select_from(held).where(saved).order_by(items.c.id).limit(TITLES)
    titles = tuple(await connection.scalars(first))
    failed = those & items.c.state.in_((ItemState.FAILED, ItemState.PARKED))
    counted = select(items.c.reason, func.count()).where(failed).group_by(items.c.reason)
    reasons = Counter({row[0]: row[1] for row in await connection.execute(counted)})
    return Brought(count, int(size), titles, reasons)


def _both(one: Brought, other: Brought) -> Brought:
    titles = (one.titles + other.titles)[:TITLES]
    reasons = one.reasons + other.reasons
    return Brought(one.saved + other.saved, one.size + other.size, titles, reasons)
