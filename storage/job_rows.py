"""Jobs as rows, with their chats, and back."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.chat_rows import CHAT_COLUMNS, chat_from
from storage.documents import request_from
from storage.errors import NotStoredError
from storage.models import Job, Origin
from storage.tables import chats, jobs


async def find_job(connection: AsyncConnection, job_id: int) -> Job | None:
    row = (await connection.execute(_one(), {"job_id": job_id})).first()
    return job_from(row) if row else None


async def found_job(connection: AsyncConnection, job_id: int) -> Job:
    job = await find_job(connection, job_id)
    if job is None:
        raise NotStoredError("job", job_id)
    return job


@cache
def _one() -> Select[Any]:
    return jobs_with_chats().where(jobs.c.id == bindparam("job_id"))


@cache
def jobs_with_chats() -> Select[Any]:
    return select(jobs, *CHAT_COLUMNS).select_from(jobs.outerjoin(chats))


def job_from(row: Row[Any]) -> Job:
    known = row.chat_id is not None
    return Job(
        id=row.id,
        request=request_from(row.request),
        origin=Origin(row.person_id, row.origin_chat_id),
        state=row.state,
        created_at=row.created_at,
        chat=chat_from(row, row.chat_id) if known else None,
        reason=row.reason,
        detail=row.detail,
        until=row.until,
    )
