"""What is due to be done with the tracks that watches bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.action import Action, ActionKind, Deed, DeedState, Snag
from storage.columns import UtcTime
from storage.database import Database
from storage.deed_rows import deed_from, mark_done
from storage.deed_tables import deeds
from storage.dropping import drop_deeds
from storage.models import ItemState, JobState
from storage.tables import items, jobs, people

_COMING = (
    ItemState.QUEUED,
    ItemState.FETCHING,
    ItemState.CHECKING,
    ItemState.TAGGING,
    ItemState.PUBLISHING,
)
_IS_DUE = deeds.c.state == DeedState.DUE
# No pause is as long: the clock was put back.
_NEVER = timedelta(days=2)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is news of a try in vain: how many are `given_up`, and whether it `is_new` that it is.

    Of each target and snag both are news only once, and what was given up once in a week.
    """

    given_up: int = 0
    is_new: bool = False


class Deeds:
    """`DUE` until done: whoever is killed in between does it again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def next(self, kind: ActionKind, now: datetime, *, in_order: bool = False) -> Deed | None:
        """Return the deed whose track was posted first, of those whose time has come.

        `in_order` leaves out those before which something of the same job is still to come. For
        whom is banned nothing is done.
        """
        banned = select(people.c.id).where(people.c.banned_at.is_not(None))
        its = (deeds.c.kind == kind, _IS_DUE, _time_has_come(now), ~_held(kind, now))
        wanted = select(deeds).where(*its, *((~_early(),) if in_order else ()))
        wanted = wanted.where(deeds.c.person_id.not_in(banned))
        first = wanted.order_by(deeds.c.posted_at, deeds.c.message_id, deeds.c.id).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(first)).first()
        return deed_from(row) if row else None

    async def next_due(self, kind: ActionKind) -> datetime | None:
        """Return when the next deed that was put off may be tried again."""
        put_off = select(deeds.c.due_at).where(deeds.c.kind == kind, _IS_DUE)
        first = put_off.where(deeds.c.due_at.is_not(None)).order_by(deeds.c.due_at).limit(1)
        async with self._database.read() as connection:
            return await connection.scalar(first)

    async def done(self, deed: Deed) -> None:
        async with self._database.write() as connection:
            await mark_done(connection, deed.id)

    async def give_up(self, deed: Deed, snag: Snag, detail: str, now: datetime) -> Outlook:
        async with self._database.write() as connection:
            before = await _known(connection, deed, snag, now)
            this = (deeds.c.id == deed.id) & _IS_DUE
            told = {"snag": snag, "detail": detail, "since": now}
            gone = await connection.execute(
                update(deeds).where(this).values(state=DeedState.GIVEN_UP, **told)
            )
        return Outlook(0 if before.given_up else gone.rowcount)

    async def put_off(
        self,
        deed: Deed,
        snag: Snag,
        detail: str,
        *,
        now: datetime,
        until: datetime,
        patience: timedelta,
        of_target: bool,
    ) -> Outlook:
        """Let a deed, or all `of_target`, be tried again then.

        What has been tried in vain for longer than the `patience` is given up.
        """
        these = _IS_DUE & (_same_target(deed) if of_target else deeds.c.id == deed.id)
        values = {
            "due_at": until,
            "holds": of_target,
            "tries": deeds.c.tries + 1,
            "since": func.coalesce(deeds.c.since, literal(now, UtcTime)),
            "snag": snag,
            "detail": detail,
        }
        async with self._database.write() as connection:
            before = await _known(connection, deed, snag, now)
            await connection.execute(update(deeds).where(these).values(values))
            old = these & (deeds.c.since <= now - patience)
            given_up = update(deeds).where(old).values(state=DeedState.GIVEN_UP)
            gone = (await connection.execute(given_up)).rowcount
        return Outlook(0 if before.given_up else gone, is_new=not before.is_new)

    async def hurry(self, watch_id: int) -> None:
        """Let what was put off for a watch be tried now, and what was given up once more."""
        its = (deeds.c.watch_id == watch_id) & (deeds.c.state != DeedState.DONE)
        values = {"state": DeedState.DUE, "due_at": None, "since": None, "tries": 0, "snag": None}
        async with self._database.write() as connection:
            await connection.execute(update(deeds).where(its).values(values))

    async def drop(self, watch_id: int, kept: Collection[Action] = ()) -> None:
        """Do nothing more of what is not done yet for a watch, but for these actions."""
        async with self._database.write() as connection:
            await drop_deeds(connection, watch_id, kept)

    async def counts(self, watch_id: int) -> Counter[tuple[ActionKind, DeedState]]:
        """Count the deeds of a watch."""
        its = deeds.c.watch_id == watch_id
        grouped = select(deeds.c.kind, deeds.c.state, func.count().label("number")).where(its)
        async with self._database.read() as connection:
            rows = await connection.execute(grouped.group_by(deeds.c.kind, deeds.c.state))
            return Counter({(row.kind, row.state): row.number for row in rows})

    async def snagged(self, watch_id: int, limit: int) -> list[Deed]:
        """Return the newest deeds of a watch that were in vain up to now, or for good."""
        its = deeds.c.watch_id == watch_id, deeds.c.state != DeedState.DONE
        wanted = select(deeds).where(*its, deeds.c.snag.is_not(None))
        newest = wanted.order_by(deeds.c.id.desc()).limit(limit)
        async with self._database.read() as connection:
            return [deed_from(row) for row in await connection.execute(newest)]


async def _known(connection: AsyncConnection, deed: Deed, snag: Snag, now: datetime) -> Outlook:
    """Tell what was known of a snag: whether it was there, and how many were given up for it."""
    its = _same_target(deed) & (deeds.c.snag == snag)
    its &= (deeds.c.state == DeedState.DUE) | (deeds.c.since > now - _WEEK)
    grouped = select(deeds.c.state, func.count().label("number")).where(its)
    rows = await connection.execute(grouped.group_by(deeds.c.state))
    counts = {row.state: row.number for row in rows}
    return Outlook(counts.get(DeedState.GIVEN_UP, 0), DeedState.DUE in counts)


def _same_target(deed: Deed) -> ColumnElement[bool]:
    same = (deeds.c.kind == deed.action.kind) & (deeds.c.target == deed.action.target)
    return same & (deeds.c.person_id == deed.person_id)


def _time_has_come(now: datetime) -> ColumnElement[bool]:
    due_at = deeds.c.due_at
    return or_(due_at.is_(None), due_at <= now, due_at > now + _NEVER)


def _held(kind: ActionKind, now: datetime) -> ColumnElement[bool]:
    """Tell of a deed of this kind whether all of its target has to wait.

    Those targets are looked for once, not for each deed: a target may have thousands.
    """
    other = deeds.alias("other")
    waits = (other.c.kind == kind) & (other.c.state == DeedState.DUE) & other.c.holds
    waits &= (other.c.due_at > now) & (other.c.due_at <= now + _NEVER)
    held = select(other.c.person_id, other.c.target).where(waits)
    return tuple_(deeds.c.person_id, deeds.c.target).in_(held)


def _early() -> Any:
    """Tell of a deed whether something that was posted before it is still on its way."""
    same = (items.c.job_id == deeds.c.job_id) & (items.c.chat_id == deeds.c.chat_id)
    coming = items.c.state.in_(_COMING) & (items.c.message_id < deeds.c.message_id)
    running = (jobs.c.id == deeds.c.job_id) & (jobs.c.state == JobState.RUNNING)
    return exists().where(same, coming, running).correlate(deeds)
