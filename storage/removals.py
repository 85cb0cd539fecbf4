"""What was removed from the library on purpose, and so does not come back by itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import ColumnElement, Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.database import Database
from storage.models import ItemState
from storage.recordings import NAMELESS
from storage.search.index import leave
from storage.serving import reintroduce, settle
from storage.tables import documents, items, retentions, tracks

_IS_AWAY = tracks.c.path.is_(None) & tracks.c.removed_at.is_not(None)
# Of a retention that is no more, or looser now, the removals say nothing any more.
_STANDS = tracks.c.removed_for.is_(None) | (
    select(retentions.c.chat_id)
    .where(retentions.c.chat_id == tracks.c.removed_for)
    .where(retentions.c.made_at <= tracks.c.removed_at)
    .exists()
)


@dataclass(frozen=True, slots=True)
class Removal:
    """When a track was removed; by the retention of which chat, None where a person did it."""

    track_id: int
    at: datetime
    chat_id: int | None = None


class Removals:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, track_id: int) -> Removal | None:
        """Tell of the removal of a track, if that is why it has no file."""
        wanted = select(tracks).where(tracks.c.id == track_id, _IS_AWAY)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).first()
        return _removal(row) if row else None

    async def of_documents(self, document_ids: Collection[int]) -> dict[int, Removal]:
        """Return the removals for which these documents are to stay away, by document."""
        own = tracks.alias("own")
        was_merged = own.c.path.is_(None) & (tracks.c.id == own.c.better_id)
        known = documents.join(own, own.c.id == documents.c.track_id)
        known = known.join(tracks, (tracks.c.id == own.c.id) | was_merged)
        wanted = select(tracks, documents.c.id.label("known")).select_from(known)
        staying_away = wanted.where(_IS_AWAY, _STANDS, ~tracks.c.is_kept)
        found: dict[int, Removal] = {}
        async with self._database.read() as connection:
            for some in batches(document_ids):
                rows = await connection.execute(staying_away.where(documents.c.id.in_(some)))
                found |= {row.known: _removal(row) for row in rows}
        return found

    async def want_back(self, job_id: int) -> int:
        """Queue what a job left out because it was removed; no retention takes it again."""
        its = (items.c.job_id == job_id) & (items.c.state == ItemState.REMOVED)
        removed = select(items.c.track_id).where(its)
        queued = {"state": ItemState.QUEUED, "track_id": None, "attempts": 0, "kills": 0}
        async with self._database.write() as connection:
            kept = update(tracks).where(tracks.c.id.in_(removed)).values(is_kept=True)
            await connection.execute(kept)
            return (await connection.execute(update(items).where(its).values(queued))).rowcount


async def remove(
    connection: AsyncConnection,
    these: ColumnElement[bool],
    now: datetime,
    chat_id: int | None,
) -> None:
    """Note that the files of these tracks are gone on purpose; they are found no more."""
    its = select(retentions.c.made_at).where(retentions.c.chat_id == chat_id)
    made_at = await connection.scalar(its) if chat_id is not None else None
    if made_at is not None:  # never before that, even where the clock was put back
        now = max(now, made_at)
    gone = {"path": None, "removed_at": now, "removed_for": chat_id, "is_kept": False}
    removing = update(tracks).where(these).values(gone)
    rows = await connection.execute(removing.returning(tracks.c.id, tracks.c.recording))
    recordings = {row.id: row.recording or NAMELESS for row in rows}
    for some in batches(recordings):
        await settle(connection, {recordings[one] for one in some}, of=some)
    await leave(connection, recordings)


async def put_back(connection: AsyncConnection, track_id: int, path: PurePosixPath) -> None:
    """Note that the file of a track is back; what a retention had removed is kept from now on."""
    its = (tracks.c.id == track_id) & tracks.c.path.is_(None)
    row = (await connection.execute(select(tracks).where(its))).first()
    if row is None:
        return
    values: dict[str, Any] = {"path": path}
    if row.removed_at is not None:
        is_kept = row.is_kept or row.removed_for is not None
        values |= {"removed_at": None, "removed_for": None, "is_kept": is_kept, "better_id": None}
    back = await connection.execute(update(tracks).where(its).values(values).returning(tracks))
    if row.removed_at is not None:
        await reintroduce(connection, back.one(), row.recording)


def _removal(row: Row[Any]) -> Removal:
    return Removal(row.id, row.removed_at, row.removed_for)
