"""The catalogue: one track per Telegram document, and the postings that carry it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.database import Database
from storage.errors import NameTaken
from storage.item_rows import found_item, set_item
from storage.models import Audio, Item, ItemState, Track
from storage.states import check_item_move
from storage.tables import postings, tracks, transfers
from storage.upsert import upsert


class Catalog:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, track_id: int) -> Track | None:
        return await self._one(tracks.c.id == track_id)

    async def by_document(self, document_id: int) -> Track | None:
        return await self._one(tracks.c.document_id == document_id)

    async def by_path(self, path: PurePosixPath) -> Track | None:
        return await self._one(tracks.c.path == path)

    async def every(self) -> list[Track]:
        """Return all tracks, oldest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(tracks).order_by(tracks.c.id))
            return [_track(row) for row in rows]

    async def known(self, document_ids: Collection[int]) -> dict[int, Track]:
        """Return the tracks there are among these documents, by document."""
        found: dict[int, Track] = {}
        async with self._database.read() as connection:
            for some in batches(document_ids):
                these = tracks.c.document_id.in_(some)
                rows = await connection.execute(select(tracks).where(these))
                found |= {row.document_id: _track(row) for row in rows}
        return found

    async def has_files(self) -> bool:
        """Tell whether the library ought to hold any file."""
        wanted = select(tracks.c.id).where(tracks.c.path.is_not(None)).limit(1)
        async with self._database.read() as connection:
            return await connection.scalar(wanted) is not None

    async def save(
        self,
        item: Item,
        *,
        path: PurePosixPath,
        size: int,
        mime: str,
        sha256_source: str,
        sha256: str,
        now: datetime,
    ) -> Track:
        """Enter a published file: track, posting, item and the end of its transfer, or nothing.

        Raises `NameTaken` when another track has that path.
        """
        assert item.audio is not None
        audio = item.audio
        file = {
            "path": path,
            "size": size,
            "mime": mime,
            "sha256_source": sha256_source,
            "sha256": sha256,
        }
        async with self._database.write() as connection:
            await _check_free(connection, path, audio.document_id)
            track_id = await _put_track(connection, audio, file, now)
            await _put_posting(connection, audio, track_id)
            await _end(connection, item.id, ItemState.SAVED, track_id)
            ended = transfers.c.document_id == audio.document_id
            await connection.execute(delete(transfers).where(ended))
            row = (await connection.execute(select(tracks).where(tracks.c.id == track_id))).one()
        return _track(row)

    async def link(self, item: Item, track: Track) -> Item:
        """Enter that this posting carries a track we have, and end the item, or nothing."""
        assert item.audio is not None
        async with self._database.write() as connection:
            await _put_posting(connection, item.audio, track.id)
            return await _end(connection, item.id, ItemState.LINKED, track.id)

    async def _one(self, wanted: ColumnElement[bool]) -> Track | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(tracks).where(wanted))).first()
        return _track(row) if row else None


async def _check_free(connection: AsyncConnection, path: PurePosixPath, document_id: int) -> None:
    other = (tracks.c.path == path) & (tracks.c.document_id != document_id)
    if await connection.scalar(select(tracks.c.id).where(other)) is not None:
        raise NameTaken(path)


async def _put_track(
    connection: AsyncConnection, audio: Audio, file: dict[str, Any], now: datetime
) -> int:
    """Insert the track, or fill in the file of one that is remembered."""
    this = tracks.c.document_id == audio.document_id
    track_id: int | None = await connection.scalar(select(tracks.c.id).where(this))
    if track_id is not None:
        await connection.execute(update(tracks).where(this).values(**file))
        return track_id
    described = {
        "document_id": audio.document_id,
        "title": audio.title,
        "performer": audio.performer,
        "duration": audio.duration,
        "name": audio.name,
        "added_at": now,
    }
    added = insert(tracks).values(**described, **file).returning(tracks.c.id)
    new_id: int = (await connection.execute(added)).scalar_one()
    return new_id


async def _put_posting(connection: AsyncConnection, audio: Audio, track_id: int) -> None:
    values = {
        "chat_id": audio.chat_id,
        "message_id": audio.message_id,
        "track_id": track_id,
        "posted_at": audio.posted_at,
        "caption": audio.caption,
        "album": audio.album,
        "topic": audio.topic,
        "voice": audio.voice,
    }
    await upsert(connection, postings, values)


async def _end(connection: AsyncConnection, item_id: int, state: ItemState, track_id: int) -> Item:
    before = await found_item(connection, item_id)
    check_item_move(before.state, state)
    values = {"state": state, "track_id": track_id, "reason": None, "detail": "", "until": None}
    return await set_item(connection, item_id, values)


def _track(row: Row[Any]) -> Track:
    return Track(
        id=row.id,
        document_id=row.document_id,
        title=row.title,
        performer=row.performer,
        duration=row.duration,
        size=row.size,
        mime=row.mime,
        name=row.name,
        path=row.path,
        sha256_source=row.sha256_source,
        sha256=row.sha256,
        added_at=row.added_at,
    )
