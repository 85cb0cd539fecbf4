"""Enters the tracks of files that were fetched."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from storage.described import of_audio, of_entry
from storage.entry import Entry
from storage.errors import NameTaken
from storage.formats import format_of
from storage.listened import unhear
from storage.models import Audio, Track
from storage.search.texts import Searched, searched
from storage.serving import introduce, reintroduce
from storage.tables import documents, tracks
from storage.track_rows import track_from
from storage.upsert import upsert


async def put_track(
    connection: AsyncConnection,
    audio: Audio,
    file: dict[str, Any],
    now: datetime,
    entry: Entry | None = None,
) -> Track:
    """Insert the track, or fill in the file of one that is remembered."""
    this = {"document": audio.document_id}
    holders = set(await connection.scalars(_holders(), this | {"path": file["path"]}))
    if holders - {audio.document_id}:
        raise NameTaken(file["path"])
    if holders:
        told: dict[str, Any] = {"published_size": None}
        if entry:
            told = of_entry(entry, audio.size, audio.duration)
        told |= dict.fromkeys(("removed_at", "removed_for", "damaged_at"))
        told |= {"better_id": None}  # until it is settled
        before = await connection.scalar(_recording(), this)
        row = (await connection.execute(_filled_in(), this | file | told)).one()
        if entry:
            await unhear(connection, [row.id])  # what was written of it came with its old file
        await reintroduce(connection, row, before)
        return await _read_again(connection, row.id)
    described = {
        "document_id": audio.document_id,
        "name": audio.name,
        "format": format_of(file["path"].name, file["mime"]) or "",
        "added_at": now,
        **(of_entry(entry, audio.size, audio.duration) if entry else of_audio(audio)),
    }
    row = (await connection.execute(_added(), described | file)).one()
    await put_document(connection, audio.document_id, row.id)
    if await introduce(connection, [_searched(row)], [row.recording]):
        return await _read_again(connection, row.id)
    return track_from(row)


async def _read_again(connection: AsyncConnection, track_id: int) -> Track:
    return track_from((await connection.execute(_with_id(), {"track": track_id})).one())


async def put_document(connection: AsyncConnection, document_id: int, track_id: int) -> None:
    await upsert(connection, documents, {"id": document_id, "track_id": track_id})


@cache
def _with_id() -> Select[Any]:
    return select(tracks).where(tracks.c.id == bindparam("track"))


@cache
def _holders() -> Select[int]:
    """Select the documents among which are those that have the path."""
    its_path = tracks.c.path == bindparam("path", type_=tracks.c.path.type)
    its_own = tracks.c.document_id == bindparam("document")
    return select(tracks.c.document_id).where(its_path | its_own)


@cache
def _added() -> ReturningInsert[Any]:
    return insert(tracks).returning(tracks)


@cache
def _filled_in() -> ReturningUpdate[Any]:
    this = tracks.c.document_id == bindparam("document")
    return update(tracks).where(this).returning(tracks)


@cache
def _recording() -> Select[int]:
    return select(tracks.c.recording).where(tracks.c.document_id == bindparam("document"))


def _searched(row: Row[Any]) -> Searched:
    return searched(row.id, row.title, row.performer, row.album, row.genre, row.name)
