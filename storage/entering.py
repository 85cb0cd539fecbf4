"""Enters the tracks of files that were fetched."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from storage.errors import NameTaken
from storage.formats import average_bitrate, format_of
from storage.models import Audio, Track
from storage.recordings import NAMELESS, key_of
from storage.search.texts import Searched, searched
from storage.serving import introduce, settle
from storage.tables import documents, tracks
from storage.track_rows import track_from
from storage.upsert import upsert


async def put_track(
    connection: AsyncConnection, audio: Audio, file: dict[str, Any], now: datetime
) -> Track:
    """Insert the track, or fill in the file of one that is remembered."""
    this = {"document": audio.document_id}
    holders = set(await connection.scalars(_holders(), this | {"path": file["path"]}))
    if holders - {audio.document_id}:
        raise NameTaken(file["path"])
    if holders:
        row = (await connection.execute(_filled_in(), this | file)).one()
        await settle(connection, [row.recording or NAMELESS])
        return await _read_again(connection, row.id)
    described = {
        "document_id": audio.document_id,
        "title": audio.title,
        "performer": audio.performer,
        "duration": audio.duration,
        "name": audio.name,
        "format": format_of(file["path"].name, file["mime"]) or "",
        "bitrate": average_bitrate(file["size"], audio.duration),
        "added_at": now,
        "recording": key_of(audio.title, audio.performer),
    }
    row = (await connection.execute(_added(), described | file)).one()
    await put_document(connection, audio.document_id, row.id)
    track = track_from(row)
    if await introduce(connection, [_searched(track)], [row.recording]):
        return await _read_again(connection, row.id)
    return track


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


def _searched(track: Track) -> Searched:
    return searched(track.id, track.title, track.performer, track.album, track.genre, track.name)
