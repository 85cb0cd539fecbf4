"""Jobs: what was asked, by whom, and how far it got."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.chats import put_chat
from storage.database import Database
from storage.documents import request_document
from storage.job_rows import find_job, found_job, job_from, jobs_with_chats
from storage.models import Chat, ItemState, Job, JobState, Origin, Reason, Request
from storage.states import ENDED_JOBS, check_job_move
from storage.tables import items, jobs
from storage.watch_tables import untold_jobs

# Of these somebody read the bytes, which may have been the death of the process.
_IN_HAND = (ItemState.CHECKING, ItemState.TAGGING)
_MANY_NAMES = 4000  # characters of a request: hundreds of messages
_AT_ONCE: Mapping[str, Any] = {"reason": None, "detail": "", "until": None}


async def put_job(
    connection: AsyncConnection,
    request: Request,
    origin: Origin,
    now: datetime,
    chat: Chat | None = None,
) -> Job:
    """Enter a job; its `chat`, where that is known, is stored already."""
    values = {
        "request": request_document(request),
        "person_id": origin.person_id,
        "origin_chat_id": origin.chat_id,
        "state": JobState.QUEUED,
        "created_at": now,
        "chat_id": chat and chat.id,
    }
    job_id = await connection.scalar(insert(jobs).values(**values).returning(jobs.c.id))
    assert job_id is not None
    if request.is_quiet and request.watch is not None:
        await connection.execute(insert(untold_jobs).values(job_id=job_id))
    return Job(job_id, request, origin, JobState.QUEUED, now, chat)


class Jobs:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, request: Request, origin: Origin, now: datetime) -> Job:
        [job] = await self.add_all([request], origin, now)
        return job

    async def add_all(
        self, requests: Sequence[Request], origin: Origin, now: datetime
    ) -> list[Job]:
        """Enter a job for each request, in order: all of them or none."""
        async with self._database.write() as connection:
            return [await put_job(connection, one, origin, now) for one in requests]

    async def get(self, job_id: int) -> Job | None:
        async with self._database.read() as connection:
            return await find_job(connection, job_id)

    async def move(
        self,
        job_id: int,
        state: JobState,
        *,
        reason: Reason | None = None,
        detail: str = "",
        until: datetime | None = None,
        chat: Chat | None = None,
        without: Collection[int] = (),
    ) -> Job:
        """Move the job; reason, detail and time are replaced, the chat only when it is given.

        Items that it goes on `without` are forgotten, as long as nobody has begun with them.
        """
        values: dict[str, Any] = {
            "state": state,
            "reason": reason,
            "detail": detail,
            "until": until,
        }
        async with self._database.write() as connection:
            before = await found_job(connection, job_id)
            check_job_move(before.state, state)
            if chat is not None:
                await put_chat(connection, chat)
                values["chat_id"] = chat.id
            for some in batches(without):
                untouched = items.c.id.in_(some) & (items.c.state == ItemState.QUEUED)
                await connection.execute(delete(items).where(untouched))
            return await _set(connection, job_id, values)

    async def wait_no_more(self, job_id: int) -> Job:
        """Forget what a queued job waits for; in any other state it stays as it is."""
        queued = (jobs.c.id == job_id) & (jobs.c.state == JobState.QUEUED)
        async with self._database.write() as connection:
            await connection.execute(update(jobs).where(queued).values(**_AT_ONCE))
            return await found_job(connection, job_id)

    async def claim_to_plan(
        self, now: datetime, held: Collection[int] = (), but_of: Collection[int] = ()
    ) -> Job | None:
        """Take the oldest queued job whose time has come, and move it to planning.

        The jobs in `held`, and those of some people, are passed over. Those that name many messages
        come last: an audit may ask for a hundred of them at once, each of which takes seconds.
        """
        passed = jobs.c.id.not_in(held) & jobs.c.person_id.not_in(but_of)
        due = or_(jobs.c.until.is_(None), jobs.c.until <= now)
        oldest = (
            select(jobs.c.id)
            .where(jobs.c.state == JobState.QUEUED, due, passed)
            .order_by(func.length(jobs.c.request) > _MANY_NAMES, jobs.c.id)
            .limit(1)
        )
        async with self._database.write() as connection:
            job_id = await connection.scalar(oldest)
            if job_id is None:
                return None
            return await _set(connection, job_id, {"state": JobState.PLANNING, **_AT_ONCE})

    async def any_to_plan(self, now: datetime) -> bool:
        """Tell whether there is a queued job whose time has come."""
        due = or_(jobs.c.until.is_(None), jobs.c.until <= now)
        wanted = select(jobs.c.id).where(jobs.c.state == JobState.QUEUED, due).limit(1)
        async with self._database.read() as connection:
            return await connection.scalar(wanted) is not None

    async def next_plan_due(self) -> datetime | None:
        """Return when the first of the queued jobs that wait for a time may be planned."""
        waiting = (jobs.c.state == JobState.QUEUED) & jobs.c.until.is_not(None)
        first = select(jobs.c.until).where(waiting).order_by(jobs.c.until).limit(1)
        async with self._database.read() as connection:
            return await connection.scalar(first)

    async def unfinished(self) -> list[Job]:
        return await self._those(jobs.c.state.in_(frozenset(JobState) - ENDED_JOBS))

    async def every(self) -> list[Job]:
        return await self._those()

    async def of_chat(self, chat_id: int, first_job_id: int, over: int | None = None) -> list[Job]:
        """Return the jobs ordered in this chat from that one on, oldest first.

        Of those that are over, so many come, the newest, and of the quiet ones none; all where no
        number is given.
        """
        if over is None:
            return await self._those(_of_chat(chat_id, first_job_id))
        these = _on_board(chat_id, first_job_id)
        is_over = jobs.c.state.in_(ENDED_JOBS)
        newest = select(jobs.c.id).where(these, is_over).order_by(jobs.c.id.desc()).limit(over)
        return await self._those(these, or_(~is_over, jobs.c.id.in_(newest)))

    async def count(self, chat_id: int, first_job_id: int) -> int:
        """Count the jobs ordered in this chat from that one on, but for the quiet ones."""
        these = select(func.count()).select_from(jobs).where(_on_board(chat_id, first_job_id))
        async with self._database.read() as connection:
            return await connection.scalar(these) or 0

    async def newest(self, chat_id: int) -> Job | None:
        newest = (
            jobs_with_chats()
            .where(jobs.c.origin_chat_id == chat_id)
            .order_by(jobs.c.id.desc())
            .limit(1)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(newest)).first()
        return job_from(row) if row else None

    async def put_back(self) -> None:
        """Put back what is being done, at an orderly end; publishing shows at the next start."""
        async with self._database.write() as connection:
            await connection.execute(
                update(items)
                .where(items.c.state.in_({ItemState.FETCHING, *_IN_HAND}))
                .values(state=ItemState.QUEUED, **_AT_ONCE)
            )

    async def recover(self, latest: datetime) -> None:
        """Put back what a process that is gone was doing; what it had in hand counts a kill.

        Items that were being published stay: only who looks at the disk can tell how far it got.
        What waits for a time after `latest` waits no more: since then the clock was put back.
        """
        queued = {"state": ItemState.QUEUED, **_AT_ONCE}
        async with self._database.write() as connection:
            await connection.execute(
                update(jobs)
                .where(jobs.c.state == JobState.PLANNING)
                .values(state=JobState.QUEUED, **_AT_ONCE)
            )
            await connection.execute(
                update(items).where(items.c.state == ItemState.FETCHING).values(**queued)
            )
            await connection.execute(
                update(items)
                .where(items.c.state.in_(_IN_HAND))
                .values(**queued, kills=items.c.kills + 1)
            )
            too_late = (items.c.state == ItemState.WAITING) & (items.c.until > latest)
            await connection.execute(update(items).where(too_late).values(**queued))
            too_late = (jobs.c.state == JobState.QUEUED) & (jobs.c.until > latest)
            await connection.execute(update(jobs).where(too_late).values(**_AT_ONCE))

    async def _those(self, *wanted: ColumnElement[bool]) -> list[Job]:
        async with self._database.read() as connection:
            rows = await connection.execute(jobs_with_chats().where(*wanted).order_by(jobs.c.id))
            return [job_from(row) for row in rows]


def _of_chat(chat_id: int, first_job_id: int) -> ColumnElement[bool]:
    return (jobs.c.origin_chat_id == chat_id) & (jobs.c.id >= first_job_id)


def _on_board(chat_id: int, first_job_id: int) -> ColumnElement[bool]:
    is_quiet = func.coalesce(func.json_extract(jobs.c.request, "$.is_quiet"), 0)
    return _of_chat(chat_id, first_job_id) & (is_quiet == 0)


async def _set(connection: AsyncConnection, job_id: int, values: Mapping[str, Any]) -> Job:
    await connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values))
    return await found_job(connection, job_id)
