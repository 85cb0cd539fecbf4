"""What is played, and by which id a bot sends it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import delete, func, select

from storage.batches import batches
from storage.columns import from_micros
from storage.database import Database
from storage.documents import provenance_from
from storage.models import Track
from storage.serving import SERVED
from storage.sound import Grade
from storage.tables import plays, sent_files, tracks
from storage.track_rows import flaws_from
from storage.upsert import count_up, upsert

_SENDABLE = (
    "select t.*, s.file_id, s.kind from tracks t"
    " left join sent_files s on s.bot_id = ? and s.track_id = t.id"
    " where t.id in (select value from json_each(?))"
)
_FLAGS = ("has_cover", "has_lyrics", "is_compilation")


@dataclass(frozen=True, slots=True)
class SentFile:
    """`kind` is what Telegram took it for: `audio`, `document` or `voice`."""

    file_id: str
    kind: str


class Plays:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self, track_id: int, now: datetime) -> None:
        """Note that somebody chose the track."""
        async with self._database.write() as connection:
            row = {"track_id": track_id, "times": 1, "last_at": now}
            await count_up(connection, plays, row, "times")

    async def last(self, limit: int) -> list[int]:
        """Return the tracks that were chosen last, those first; of a recording the best one."""
        its = plays.join(tracks, tracks.c.id == plays.c.track_id)
        last = func.max(plays.c.last_at).desc()
        wanted = select(SERVED).select_from(its).group_by(SERVED).order_by(last).limit(limit)
        async with self._database.read() as connection:
            return list(await connection.scalars(wanted))


class SentFiles:
    """A file id holds for one bot only, and until Telegram forgets the file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, bot_id: int, track_id: int, file: SentFile) -> None:
        row = {"bot_id": bot_id, "track_id": track_id, "file_id": file.file_id, "kind": file.kind}
        async with self._database.write(is_aside=True) as connection:
            await upsert(connection, sent_files, row)

    async def forget(self, bot_id: int, track_id: int) -> None:
        this = (sent_files.c.bot_id == bot_id) & (sent_files.c.track_id == track_id)
        async with self._database.write(is_aside=True) as connection:
            await connection.execute(delete(sent_files).where(this))

    async def of(self, bot_id: int, track_ids: Collection[int]) -> dict[int, SentFile]:
        """Return those of the tracks that the bot has sent before."""
        found: dict[int, SentFile] = {}
        async with self._database.read() as connection:
            for some in batches(track_ids):
                own = (sent_files.c.bot_id == bot_id) & sent_files.c.track_id.in_(some)
                rows = await connection.execute(select(sent_files).where(own))
                found |= {row.track_id: SentFile(row.file_id, row.kind) for row in rows}
        return found

    async def tracks(
        self, bot_id: int, track_ids: Sequence[int]
    ) -> list[tuple[Track, SentFile | None]]:
        """Return these tracks in this order, each with what the bot sends it by.

        Nobody who types waits for SQLAlchemy.
        """
        found = await self._database.errands.run(
            lambda connection: _sendable(connection, bot_id, track_ids)
        )
        return [found[one] for one in track_ids if one in found]


def _sendable(
    connection: sqlite3.Connection, bot_id: int, track_ids: Sequence[int]
) -> dict[int, tuple[Track, SentFile | None]]:
    found = connection.execute(_SENDABLE, (bot_id, json.dumps(track_ids)))
    names = [column[0] for column in found.description]
    rows = (dict(zip(names, row, strict=True)) for row in found)
    return {row["id"]: (_track(row), _file(row)) for row in rows}


def _file(row: dict[str, Any]) -> SentFile | None:
    return SentFile(row["file_id"], row["kind"]) if row["file_id"] else None


def _track(row: dict[str, Any]) -> Track:
    row["is_damaged"] = row["damaged_at"] is not None
    values = {field.name: row[field.name] for field in fields(Track)}
    values["duration"] = timedelta(microseconds=values["duration"])
    values["path"] = PurePosixPath(values["path"]) if values["path"] else None
    values["added_at"] = from_micros(values["added_at"])
    values["changed_at"] = (
        None if values["changed_at"] is None else from_micros(values["changed_at"])
    )
    values |= {name: bool(values[name]) for name in _FLAGS}
    values["provenance"] = provenance_from(values["provenance"])
    values["grade"] = None if values["grade"] is None else Grade(values["grade"])
    values["flaws"] = flaws_from(values["flaws"])
    return Track(**values)
