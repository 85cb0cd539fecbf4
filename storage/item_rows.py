"""Items as rows, and back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, Select, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from storage.documents import audio_document, audio_from
from storage.errors import NotStoredError
from storage.models import Audio, Item, ItemState, Reason
from storage.states import before, check_item_move
from storage.tables import items

# Nothing keeps it from going on.
_AT_ONCE: Mapping[str, Any] = {"reason": None, "detail": "", "until": None}


def new_audio(job_id: int, audio: Audio) -> dict[str, Any]:
    return {
        "job_id": job_id,
        "chat_id": audio.chat_id,
        "message_id": audio.message_id,
        "document_id": audio.document_id,
        "size": audio.size,
        "audio": audio_document(audio),
        "state": ItemState.QUEUED,
        "reason": None,
    }


def new_missing(job_id: int, chat_id: int, message_id: int) -> dict[str, Any]:
    return {
        "job_id": job_id,
        "chat_id": chat_id,
        "message_id": message_id,
        "document_id": None,
        "size": 0,
        "audio": None,
        "state": ItemState.SKIPPED,
        "reason": Reason.NO_AUDIO,
    }


def item_from(row: Row[Any]) -> Item:
    return Item(
        id=row.id,
        job_id=row.job_id,
        chat_id=row.chat_id,
        message_id=row.message_id,
        audio=audio_from(row.audio) if row.audio else None,
        state=row.state,
        reason=row.reason,
        detail=row.detail,
        until=row.until,
        attempts=row.attempts,
        track_id=row.track_id,
        kills=row.kills,
    )


async def find_item(connection: AsyncConnection, item_id: int) -> Item | None:
    row = (await connection.execute(_one(), {"item_id": item_id})).first()
    return item_from(row) if row else None


async def found_item(connection: AsyncConnection, item_id: int) -> Item:
    item = await find_item(connection, item_id)
    if item is None:
        raise NotStoredError("item", item_id)
    return item


async def move_item(
    connection: AsyncConnection,
    item_id: int,
    state: ItemState,
    values: Mapping[str, Any] = MappingProxyType({}),
) -> Item:
    """Move the item and set these columns; what kept it is forgotten. Raises IllegalMoveError."""
    changed = {"item_id": item_id, "state": state, **_AT_ONCE, **values}
    row = (await connection.execute(_moved(state), changed)).first()
    if row is None:
        check_item_move((await found_item(connection, item_id)).state, state)
        raise AssertionError
    return item_from(row)


@cache
def _one() -> Select[Any]:
    return select(items).where(items.c.id == bindparam("item_id"))


@cache
def _moved(state: ItemState) -> ReturningUpdate[Any]:
    """Set whatever columns are given; to put it together takes longer than to run it."""
    this = (items.c.id == bindparam("item_id")) & items.c.state.in_(before(state))
    return update(items).where(this).returning(items)
