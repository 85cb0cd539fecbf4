"""Deeds as rows, and back. They are entered in the transaction that ends an item."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.action import Action, ActionKind, Deed, DeedState
from storage.deed_tables import deeds
from storage.documents import request_from
from storage.models import Item, ItemState
from storage.tables import jobs
from storage.upsert import insert_new


async def enter_deeds(connection: AsyncConnection, item: Item) -> None:
    """Enter what is due for the track that an item has just brought.

    A webhook is told only of what was fetched. What was entered before stays as it is.
    """
    audio = item.audio
    row = (await connection.execute(_acting(), {"job": item.job_id})).first()
    if row is None or audio is None or item.track_id is None:
        return
    request = request_from(row.request)
    common = {
        "person_id": row.person_id,
        "track_id": item.track_id,
        "watch_id": request.watch or 0,
        "job_id": item.job_id,
        "chat_id": audio.chat_id,
        "message_id": audio.message_id,
        "posted_at": audio.posted_at,
        "state": DeedState.DUE,
        "holds": False,
        "tries": 0,
        "detail": "",
    }
    wanted = [one for one in request.actions if _is_due(one, item)]
    rows = [{"kind": one.kind, "target": one.target, **common} for one in wanted]
    await insert_new(connection, deeds, rows)


async def mark_done(connection: AsyncConnection, deed_id: int) -> None:
    values = {"state": DeedState.DONE, "due_at": None, "snag": None, "detail": ""}
    await connection.execute(update(deeds).where(deeds.c.id == deed_id).values(values))


def deed_from(row: Row[Any]) -> Deed:
    return Deed(
        id=row.id,
        action=Action(row.kind, row.target),
        person_id=row.person_id,
        watch_id=row.watch_id,
        track_id=row.track_id,
        chat_id=row.chat_id,
        message_id=row.message_id,
        posted_at=row.posted_at,
        state=row.state,
        tries=row.tries,
        since=row.since,
        snag=row.snag,
        detail=row.detail,
    )


def _is_due(action: Action, item: Item) -> bool:
    return action.kind is not ActionKind.CALL or item.state is ItemState.SAVED


@cache
def _acting() -> Select[Any]:
    """Select the job if anything is to be done with its tracks: of most there is not."""
    this = (jobs.c.id == bindparam("job")) & jobs.c.request.contains('"actions":[{')
    return select(jobs.c.request, jobs.c.person_id).where(this)
