"""Deeds as rows, and back. They are entered in the transaction that ends an item."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.action import Action, ActionKind, Deed, DeedState
from storage.deed_tables import deeds
from storage.documents import request_from, rules_from
from storage.models import Item, ItemState
from storage.tables import jobs
from storage.upsert import insert_new
from storage.watch_tables import watches


async def enter_deeds(connection: AsyncConnection, item: Item) -> None:
    """Enter what is due for the track that an item has just brought.

    That is what its job was ordered for, as long as the watch is there and still does it. A webhook
    is told only of what was fetched. What was entered before stays as it is.
    """
    audio = item.audio
    row = (await connection.execute(_acting(), {"job": item.job_id})).first()
    if row is None or audio is None or item.track_id is None:
        return
    request = request_from(row.request)
    still = await _still_done(connection, request.watch)
    common = {
        "person_id": row.person_id,
        "track_id": item.track_id,
        "watch_id": request.watch,
        "job_id": item.job_id,
        "chat_id": audio.chat_id,
        "message_id": audio.message_id,
        "posted_at": audio.posted_at,
        "state": DeedState.DUE,
        "holds": False,
        "tries": 0,
        "detail": "",
    }
    wanted = [one for one in request.actions if one in still and is_due(one, item)]
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


def is_due(action: Action, item: Item) -> bool:
    """Tell whether something is done with the track of an item that has ended so."""
    return action.kind is not ActionKind.CALL or item.state is ItemState.SAVED


def acting_jobs(person_id: int) -> Select[Any]:
    """Select the jobs of a person with whose tracks anything is done."""
    return select(jobs.c.id, jobs.c.request).where(jobs.c.person_id == person_id, _acts())


async def _still_done(connection: AsyncConnection, watch_id: int | None) -> Collection[Action]:
    """Return what a watch does now with its tracks: nothing where it is gone."""
    its = select(watches.c.rules).where(watches.c.id == watch_id)
    rules = await connection.scalar(its)
    return () if rules is None else rules_from(rules).actions


@cache
def _acting() -> Select[Any]:
    """Select the job if anything is to be done with its tracks: of most there is not."""
    this = (jobs.c.id == bindparam("job")) & _acts()
    return select(jobs.c.request, jobs.c.person_id).where(this)


def _acts() -> ColumnElement[bool]:
    return jobs.c.request.contains('"actions":[{')
