"""Items as rows, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.documents import audio_document, audio_from
from storage.errors import NotStoredError
from storage.models import Audio, Item, ItemState, Reason
from storage.tables import items


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
    )


async def find_item(connection: AsyncConnection, item_id: int) -> Item | None:
    row = (await connection.execute(select(items).where(items.c.id == item_id))).first()
    return item_from(row) if row else None


async def found_item(connection: AsyncConnection, item_id: int) -> Item:
    item = await find_item(connection, item_id)
    if item is None:
        raise NotStoredError("item", item_id)
    return item


async def set_item(connection: AsyncConnection, item_id: int, values: Mapping[str, Any]) -> Item:
    await connection.execute(update(items).where(items.c.id == item_id).values(**values))
    return await found_item(connection, item_id)
