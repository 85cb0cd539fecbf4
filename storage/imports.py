"""Enters many files at once that were in the library before the catalogue knew of them.

Bound by hand: a million rows through the types of SQLAlchemy take a minute more.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.columns import micros
from storage.database import Database
from storage.described import of_entry
from storage.formats import format_of
from storage.models import LocalFile
from storage.renewing import renew
from storage.search.texts import Searched, searched
from storage.serving import introduce
from storage.text import storable

_KNOWN = (
    "select id, path, sha256, changed_at, grade from tracks"
    " where path in (select value from json_each(?))"
)
_TOUCH = "update tracks set changed_at = ? where id = ?"
_COMING = "select path from transfers where path in (select value from json_each(?))"
_ENTER = (
    "insert into tracks (title, performer, album, album_artist, genre, composer, year, date,"
    " track_number, track_total, disc_number, disc_total, is_compilation, provenance, duration,"
    " size, mime, format, bitrate, codec, sample_rate, channels, bits, grade, flaws, has_cover,"
    " has_lyrics, name, path, sha256_source, sha256, changed_at, added_at, recording) values (?,"
    " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
    " ?, ?, ?, ?, ?)"
)
_CALLED = itemgetter(
    "title", "performer", "album", "album_artist", "genre", "composer", "year", "date",
    "track_number", "track_total", "disc_number", "disc_total", "is_compilation", "provenance",
)  # fmt: skip
_SOUNDS = itemgetter(
    "bitrate", "codec", "sample_rate", "channels", "bits", "grade", "flaws", "has_cover",
    "has_lyrics",
)  # fmt: skip
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
    """Take out what is known, and return of it what has changed, by its track.

    The same bytes are read in the same way, unless nobody could read them before.
    """
    changed: dict[int, LocalFile] = {}
    touched: list[tuple[int | None, int]] = []
    for row in await connection.exec_driver_sql(_KNOWN, (json.dumps(list(by_path)),)):
        file = by_path.pop(row.path)
        is_news = row.grade is None and file.entry.grade is not None
        if row.sha256 != file.entry.sha256 or is_news:
            changed[row.id] = file
        elif row.changed_at != _micros(file.changed_at):
            touched.append((_micros(file.changed_at), row.id))
    if touched:
        await connection.exec_driver_sql(_TOUCH, touched)
    return changed


async def _enter(
    connection: AsyncConnection, by_path: dict[str, LocalFile], now: datetime
) -> list[int]:
    if not by_path:
        return []
    rows = [_row(path, file, micros(now)) for path, file in by_path.items()]
    await connection.exec_driver_sql(_ENTER, rows)
    # Nobody else writes meanwhile: they have the last numbers, in this order.
    last = int((await connection.exec_driver_sql(_LAST)).scalar_one())
    ids = range(last - len(rows) + 1, last + 1)
    new = [_searched(*one) for one in zip(ids, by_path.values(), strict=True)]
    await introduce(connection, new, [row[-1] for row in rows])
    return list(ids)


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else micros(moment)


def _row(path: str, file: LocalFile, now: int) -> tuple[Any, ...]:
    entry = file.entry
    told = of_entry(entry, entry.size)
    called = (storable(one) if isinstance(one, str) else one for one in _CALLED(told))
    return (
        *called, told["duration"] // _MICROSECOND, entry.size, storable(file.mime),
        file.format or format_of(file.path.name, file.mime) or "", *_SOUNDS(told),
        storable(file.path.name), path, entry.sha256, entry.sha256, _micros(file.changed_at), now,
        told["recording"],
    )  # fmt: skip


def _searched(track_id: int, file: LocalFile) -> Searched:
    called = file.entry.description
    name = file.path.name
    return searched(track_id, called.title, called.artist, called.album, called.genre, name)
