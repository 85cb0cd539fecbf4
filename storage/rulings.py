"""What people have said of the tracks of a recording, and the files that were moved for it.

Before a file moves it is stored that it is to, and afterwards that it has; so whoever comes after
a kill goes on where it was.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.database import Database
from storage.errors import NameTaken
from storage.models import RulingKind, RulingState
from storage.serving import settle
from storage.tables import ruled_tracks, rulings, tracks

_DUPLICATE = tracks.c.better_id.is_not(None) & tracks.c.path.is_not(None)


@dataclass(frozen=True, slots=True)
class Moved:
    """A track whose file goes to the trash, or comes back to `path`; `size` in bytes."""

    track_id: int
    path: PurePosixPath
    size: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """`title` and `performer` are those of the best where it is about one recording."""

    id: int
    kind: RulingKind
    state: RulingState
    made_at: datetime
    tracks: int
    size: int
    title: str = ""
    performer: str = ""


class Rulings:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def merge(
        self, best_ids: Collection[int], now: datetime, last: int | None = None
    ) -> Ruling | None:
        """Intend to move the files of what these tracks serve; None where there are none.

        Left out are tracks after the `last`, which nobody has been told of.
        """
        this = tracks.c.id <= last if last is not None else tracks.c.id > 0
        found = select(tracks.c.id, tracks.c.path, tracks.c.size).where(_DUPLICATE, this)
        async with self._database.write() as connection:
            rows = [
                row
                for some in batches(best_ids)
                for row in await connection.execute(found.where(tracks.c.better_id.in_(some)))
            ]
            if not rows:
                return None
            best_id = next(iter(best_ids)) if len(best_ids) == 1 else None
            return await _enter(connection, RulingKind.MERGED, best_id, rows, now)

    async def keep_apart(self, best_id: int, now: datetime) -> Ruling | None:
        """Let the tracks of a group be different recordings; None where there is no group."""
        its = tracks.c.path.is_not(None) & (
            (tracks.c.id == best_id) | (tracks.c.better_id == best_id)
        )
        found = select(tracks.c.id, tracks.c.path, tracks.c.size).where(its)
        async with self._database.write() as connection:
            rows = (await connection.execute(found)).all()
            if len(rows) < 2:
                return None
            ruling = await _enter(connection, RulingKind.APART, best_id, rows, now)
            await _settle(connection, [row.id for row in rows])
            return ruling

    async def get(self, ruling_id: int) -> Ruling | None:
        found = await self._those(rulings.c.id == ruling_id)
        return found[0] if found else None

    async def newest(self, limit: int) -> list[Ruling]:
        """Return the rulings that stand, the newest first."""
        return await self._those(rulings.c.state == RulingState.STANDS, limit)

    async def unfinished(self) -> list[Ruling]:
        """Return those whose files are on their way."""
        return await self._those(rulings.c.state != RulingState.STANDS)

    async def moved(self, ruling_id: int) -> list[Moved]:
        wanted = select(ruled_tracks).where(ruled_tracks.c.ruling_id == ruling_id)
        async with self._database.read() as connection:
            rows = await connection.execute(wanted.order_by(ruled_tracks.c.track_id))
            return [Moved(row.track_id, row.path, row.size) for row in rows]

    async def stand(self, ruling: Ruling) -> None:
        """Note that the files of a merge are in the trash."""
        gone = (
            select(ruled_tracks.c.track_id)
            .where(ruled_tracks.c.ruling_id == ruling.id, ruled_tracks.c.track_id == tracks.c.id)
            # Not one that was fetched again meanwhile, to another place.
            .where(ruled_tracks.c.path == tracks.c.path)
        )
        async with self._database.write() as connection:
            await connection.execute(update(tracks).where(gone.exists()).values(path=None))
            await _move(connection, ruling.id, RulingState.STANDS)

    async def leave_out(self, ruling: Ruling, track_ids: Collection[int]) -> bool:
        """Let a ruling not be about these; tell whether it is about any others."""
        its = ruled_tracks.c.ruling_id == ruling.id
        async with self._database.write() as connection:
            for some in batches(track_ids):
                these = its & ruled_tracks.c.track_id.in_(some)
                await connection.execute(delete(ruled_tracks).where(these))
            if await connection.scalar(select(ruled_tracks.c.track_id).where(its).limit(1)):
                return True
            await _drop(connection, rulings.c.id == ruling.id)
        return False

    async def undo(self, ruling_id: int) -> Ruling | None:
        """Take a ruling back that stands, or intend to move its files back; None if none does."""
        ruling = await self.get(ruling_id)
        if ruling is None or ruling.state is not RulingState.STANDS:
            return None
        if ruling.kind is RulingKind.APART:
            await self.forget(ruling)
            return ruling
        async with self._database.write() as connection:
            await _move(connection, ruling_id, RulingState.UNDOING)
        return ruling

    async def keep(self, ruling: Ruling) -> None:
        """Let a merge stand again that could not be undone, or not wholly."""
        async with self._database.write() as connection:
            await _move(connection, ruling.id, RulingState.STANDS)

    async def intend(self, ruling: Ruling, track_id: int, path: PurePosixPath) -> bool:
        """Store under which name a file is about to come back; False if its track has another.

        Raises `NameTaken` when another track has that path.
        """
        its = (ruled_tracks.c.ruling_id == ruling.id) & (ruled_tracks.c.track_id == track_id)
        async with self._database.write() as connection:
            if await connection.scalar(select(tracks.c.path).where(tracks.c.id == track_id)):
                return False
            if await connection.scalar(select(tracks.c.id).where(tracks.c.path == path)):
                raise NameTaken(path)
            await connection.execute(update(ruled_tracks).where(its).values(path=path))
        return True

    async def enter_again(self, track_id: int, path: PurePosixPath) -> None:
        """Note that the file of a track is back."""
        its = (tracks.c.id == track_id) & tracks.c.path.is_(None)
        async with self._database.write() as connection:
            await connection.execute(update(tracks).where(its).values(path=path))

    async def forget(self, ruling: Ruling) -> None:
        """Let nothing be known of a ruling any more; what it was about is decided anew."""
        its = ruled_tracks.c.ruling_id == ruling.id
        async with self._database.write() as connection:
            ids = list(await connection.scalars(select(ruled_tracks.c.track_id).where(its)))
            await _drop(connection, rulings.c.id == ruling.id)
            await _settle(connection, ids)

    async def forget_merges(self, last: int) -> None:
        """Let no merge up to the last one named be undone any more: its files are to be deleted."""
        these = (rulings.c.kind == RulingKind.MERGED) & (rulings.c.state == RulingState.STANDS)
        async with self._database.write() as connection:
            await _drop(connection, these & (rulings.c.id <= last))

    async def _those(self, wanted: ColumnElement[bool], limit: int | None = None) -> list[Ruling]:
        async with self._database.read() as connection:
            rows = await connection.execute(_counted().where(wanted).limit(limit))
            return [_ruling(row) for row in rows]


def _counted() -> Select[Any]:
    its = ruled_tracks.c.ruling_id == rulings.c.id
    return (
        select(
            rulings, func.count().label("tracks"), func.sum(ruled_tracks.c.size).label("size"),
            func.coalesce(tracks.c.title, "").label("title"),
            func.coalesce(tracks.c.performer, "").label("performer"),
        )
        .select_from(
            rulings.join(ruled_tracks, its).outerjoin(tracks, tracks.c.id == rulings.c.track_id)
        )
        .group_by(rulings.c.id)
        .order_by(rulings.c.id.desc())
    )  # fmt: skip


def _ruling(row: Row[Any]) -> Ruling:
    return Ruling(
        row.id, row.kind, row.state, row.made_at, row.tracks, row.size, row.title, row.performer
    )


async def _enter(
    connection: AsyncConnection,
    kind: RulingKind,
    best_id: int | None,
    rows: Sequence[Row[Any, Any, Any]],
    now: datetime,
) -> Ruling:
    is_merge = kind is RulingKind.MERGED
    state = RulingState.INTENDED if is_merge else RulingState.STANDS
    values = {"kind": kind, "state": state, "track_id": best_id, "made_at": now}
    made = await connection.scalar(insert(rulings).values(values).returning(rulings.c.id))
    assert made is not None
    ruled = [
        {"ruling_id": made, "track_id": row.id, "path": row.path, "size": row.size} for row in rows
    ]
    await connection.execute(insert(ruled_tracks), ruled)
    return Ruling(made, kind, state, now, len(rows), sum(row.size for row in rows))


async def _move(connection: AsyncConnection, ruling_id: int, state: RulingState) -> None:
    await connection.execute(update(rulings).where(rulings.c.id == ruling_id).values(state=state))


async def _drop(connection: AsyncConnection, these: ColumnElement[bool]) -> None:
    ids = select(rulings.c.id).where(these)
    await connection.execute(delete(ruled_tracks).where(ruled_tracks.c.ruling_id.in_(ids)))
    await connection.execute(delete(rulings).where(these))


async def _settle(connection: AsyncConnection, track_ids: Collection[int]) -> None:
    for some in batches(track_ids):
        its = tracks.c.id.in_(some) & tracks.c.recording.is_not(None)
        found = await connection.scalars(select(tracks.c.recording).where(its))
        await settle(connection, {key for key in found if key is not None})
