"""Enters many files at once that were in the library before the catalogue knew of them.

Bound by hand: a million rows through the types of SQLAlchemy take a minute more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.columns import micros
from storage.database import Database
from storage.formats import average_bitrate, format_of
from storage.models import LocalFile
from storage.recordings import key_of
from storage.renewing import renew
from storage.search.texts import Searched, searched
from storage.serving import introduce
from storage.text import storable

_KNOWN = (
    "select id, path, sha256, changed_at from tracks where path in (select value from json_each(?))"
)
_COMING = "select path from transfers where path in (select value from json_each(?))"
_ENTER = (
    "insert into tracks (title, performer, album, genre, year, duration, size, mime, format,"
    " bitrate, has_cover, name, path, sha256_source, sha256, changed_at, added_at, recording)"
    " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_LAST = "select max(id) from tracks"
_MICROSECOND = timedelta(microseconds=1)


class Imports:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, files: Sequence[LocalFile], now: datetime) -> list[int]:
        """Enter the files, or nothing; return the tracks that are new, or whose file has changed.

        Passed over is one that is known as it is, and one that a download is about to enter: its
        track has postings, and would find its name taken.
        """
        by_path = {str(file.path): file for file in files}
        async with self._database.write() as connection:
            for path in await _coming(connection, list(by_path)):
                del by_path[path]
            changed = await _changed(connection, by_path)
            await renew(connection, changed)
            return [*changed, *await _enter(connection, by_path, now)]


async def _coming(connection: AsyncConnection, paths: Sequence[str]) -> list[str]:
    found = await connection.exec_driver_sql(_COMING, (json.dumps(paths),))
    return [row.path for row in found]


async def _changed(
    connection: AsyncConnection, by_path: dict[str, LocalFile]
) -> dict[int, LocalFile]:
    """Take out what is known, and return of it what has changed, by its track."""
    changed: dict[int, LocalFile] = {}
    for row in await connection.exec_driver_sql(_KNOWN, (json.dumps(list(by_path)),)):
        file = by_path.pop(row.path)
        if (row.sha256, row.changed_at) != (file.sha256, _micros(file.changed_at)):
            changed[row.id] = file
    return changed


async def _enter(
    connection: AsyncConnection, by_path: dict[str, LocalFile], now: datetime
) -> list[int]:
    if not by_path:
        return []
    keys = [key_of(file.title, file.artist) for file in by_path.values()]
    rows = [
        (*_row(path, file, micros(now)), key)
        for (path, file), key in zip(by_path.items(), keys, strict=True)
    ]
    await connection.exec_driver_sql(_ENTER, rows)
    # Nobody else writes meanwhile: they have the last numbers, in this order.
    last = int((await connection.exec_driver_sql(_LAST)).scalar_one())
    ids = range(last - len(rows) + 1, last + 1)
    new = [_searched(*one) for one in zip(ids, by_path.values(), strict=True)]
    await introduce(connection, new, keys)
    return list(ids)


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else micros(moment)


def _row(path: str, file: LocalFile, now: int) -> tuple[object, ...]:
    texts = (storable(text) for text in (file.title, file.artist, file.album, file.genre))
    return (
        *texts, file.year, file.duration // _MICROSECOND, file.size, storable(file.mime),
        file.format or format_of(file.path.name, file.mime) or "",
        file.bitrate or average_bitrate(file.size, file.duration), file.has_cover,
        storable(file.path.name), path, file.sha256, file.sha256,
        _micros(file.changed_at), now,
    )  # fmt: skip


def _searched(track_id: int, file: LocalFile) -> Searched:
    return searched(track_id, file.title, file.artist, file.album, file.genre, file.path.name)
