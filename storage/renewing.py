"""Describes tracks anew whose files have changed since they were entered."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import Update

from storage.formats import average_bitrate, format_of
from storage.models import LocalFile
from storage.recordings import NAMELESS, key_of
from storage.search.index import leave
from storage.search.texts import searched
from storage.serving import introduce
from storage.tables import tracks


async def renew(connection: AsyncConnection, changed: dict[int, LocalFile]) -> None:
    """Describe these tracks by their files as they are now, and let them be found by that."""
    if not changed:
        return
    found = await connection.execute(select(tracks).where(tracks.c.id.in_(changed)))
    rows = {row.id: row for row in found}
    files = {track_id: _named(rows[track_id], file) for track_id, file in changed.items()}
    values = [_described(rows[track_id], file) for track_id, file in files.items()]
    await connection.execute(_changed(), values)
    await leave(connection, files)
    keys = {row.recording or NAMELESS for row in rows.values()}
    texts = [
        searched(track_id, file.title, file.artist, file.album, file.genre, file.path.name)
        for track_id, file in files.items()
    ]
    await introduce(connection, texts, keys | {one["recording"] for one in values})


def _described(row: Row[Any], file: LocalFile) -> dict[str, Any]:
    """Of a downloaded track the digest of what was fetched stays, which tells it when posted again.

    Of an imported one nothing else was ever known.
    """
    return {
        "track": row.id,
        "title": file.title,
        "performer": file.artist,
        "album": file.album,
        "genre": file.genre,
        "year": file.year,
        "duration": file.duration,
        "size": file.size,
        "mime": file.mime,
        "format": file.format or format_of(file.path.name, file.mime) or "",
        "bitrate": file.bitrate or average_bitrate(file.size, file.duration),
        "has_cover": file.has_cover,
        "changed_at": file.changed_at,
        "recording": key_of(file.title, file.artist),
        "better_id": None,  # until that is settled
        "sha256": file.sha256,
        "sha256_source": file.sha256 if row.document_id is None else row.sha256_source,
    }


def _named(row: Row[Any], file: LocalFile) -> LocalFile:
    """Keep what Telegram said of a track as far as its file says nothing."""
    if row.document_id is None:
        return file
    return replace(
        file,
        title=file.title or row.title,
        artist=file.artist or row.performer,
        album=file.album or row.album,
        genre=file.genre or row.genre,
        year=file.year or row.year,
        duration=file.duration or row.duration,
    )


@cache
def _changed() -> Update:
    return update(tracks).where(tracks.c.id == bindparam("track"))
