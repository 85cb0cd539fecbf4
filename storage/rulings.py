"""What was said of tracks, and the files that were moved for it.

Before a file moves it is stored that it is to, and afterwards that it has; so whoever comes after
a kill goes on where it was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.database import Database
from storage.errors import NameTaken
from storage.journal import Journal
from storage.record import What
from storage.removals import put_back, remove
from storage.ruling import RulingKind, RulingState
from storage.serving import settle
from storage.tables import chats, ruled_tracks, rulings, tracks

_DUPLICATE = tracks.c.better_id.is_not(None)
_SIZE = func.coalesce(tracks.c.published_size, tracks.c.size)
_ENTERED = {
    RulingKind.MERGED: What.MERGED,
    RulingKind.APART: What.KEPT_APART,
    RulingKind.REMOVED: What.REMOVED,
}
_FILES = select(tracks.c.id, tracks.c.path, _SIZE.label("size")).where(tracks.c.path.is_not(None))


@dataclass(frozen=True, slots=True)
class Moved:
    """A track whose file goes to the trash, or comes back to `path`; `size` in bytes."""

    track_id: int
    path: PurePosixPath
    size: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """`title` and `performer` are those of the best where it is about one recording.

    `chat_id` and `chat` tell by the retention of which chat files were removed, if by any.
    """

    id: int
    kind: RulingKind
    state: RulingState
    made_at: datetime
    tracks: int
    size: int
    title: str = ""
    performer: str = ""
    chat_id: int | None = None
    chat: str = ""


class Rulings:
    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def merge(
        self,
        best_ids: Collection[int],
        now: datetime,
        last: int | None = None,
        only: Collection[int] | None = None,
    ) -> Ruling | None:
        """Intend to move the files of what these tracks serve; None where there are none.

        Left out are tracks after the `last`, which nobody has been told of, and all others where
        `only` some are meant.
        """
        this = tracks.c.id <= last if last is not None else tracks.c.id > 0
        if only is not None:
            this &= tracks.c.id.in_(only)
        found = _FILES.where(_DUPLICATE, this)
        async with self._database.write() as connection:
            rows = [
                row
                for some in batches(best_ids)
                for row in await connection.execute(found.where(tracks.c.better_id.in_(some)))
            ]
            if not rows:
                return None
            best_id = next(iter(best_ids)) if len(best_ids) == 1 else None
            said = {"kind": RulingKind.MERGED, "track_id": best_id}
            return await self._entered(connection, said, rows, now)

    async def remove(
        self,
        track_ids: Collection[int],
        now: datetime,
        *,
        best_id: int | None = None,
        chat_id: int | None = None,
    ) -> Ruling | None:
        """Intend to move the files of these tracks; None where there are none.

        They are of the recording that `best_id` serves, or more than is kept of a chat.
        """
        async with self._database.write() as connection:
            rows = [
                row
                for some in batches(track_ids)
                for row in await connection.execute(_FILES.where(tracks.c.id.in_(some)))
            ]
            if not rows:
                return None
            said = {"kind": RulingKind.REMOVED, "track_id": best_id, "chat_id": chat_id}
            return await self._entered(connection, said, rows, now)

    async def keep_apart(self, best_id: int, now: datetime) -> Ruling | None:
        """Let the tracks of a group be different recordings; None where there is no group."""
        its = (tracks.c.id == best_id) | (tracks.c.better_id == best_id)
        async with self._database.write() as connection:
            rows = (await connection.execute(_FILES.where(its))).all()
            if len(rows) < 2:
                return None
            said = {"kind": RulingKind.APART, "track_id": best_id}
            ruling = await self._entered(connection, said, rows, now)
            await _settle(connection, [row.id for row in rows])
            return ruling

    async def get(self, ruling_id: int) -> Ruling | None:
        found = await self._those(rulings.c.id == ruling_id)
        return found[0] if found else None

    async def has_replaced(self, track_id: int) -> bool:
        """Tell whether a track has taken the place of others, whose files lie in the trash."""
        its = (rulings.c.track_id == track_id) & (rulings.c.kind == RulingKind.MERGED)
        wanted = select(rulings.c.id).where(its, rulings.c.state == RulingState.STANDS).limit(1)
        async with self._database.read() as connection:
            return await connection.scalar(wanted) is not None

    async def newest(
        self, limit: int, kinds: Collection[RulingKind] = tuple(RulingKind)
    ) -> list[Ruling]:
        """Return the rulings that stand, the newest first."""
        stands = rulings.c.state == RulingState.STANDS
        return await self._those(stands & rulings.c.kind.in_(kinds), limit)

    async def last_before(self, moment: datetime) -> int:
        """Return the last one before all that were made since then; 0 where there is none.

        A clock that was wrong for a while makes none of them older than it is.
        """
        since = select(func.min(rulings.c.id)).where(rulings.c.made_at >= moment)
        last = select(func.max(rulings.c.id))
        async with self._database.read() as connection:
            first = await connection.scalar(since)
            return (await connection.scalar(last) or 0) if first is None else first - 1

    async def unfinished(self) -> list[Ruling]:
        """Return those whose files are on their way."""
        return await self._those(rulings.c.state != RulingState.STANDS)

    async def moved(self, ruling_id: int) -> list[Moved]:
        wanted = select(ruled_tracks).where(ruled_tracks.c.ruling_id == ruling_id)
        async with self._database.read() as connection:
            rows = await connection.execute(wanted.order_by(ruled_tracks.c.track_id))
            return [Moved(row.track_id, row.path, row.size) for row in rows]

    async def stand(self, ruling: Ruling) -> None:
        """Note that the files of a ruling are in the trash."""
        gone = (
            select(ruled_tracks.c.track_id)
            .where(ruled_tracks.c.ruling_id == ruling.id, ruled_tracks.c.track_id == tracks.c.id)
            # Not one that was fetched again meanwhile, to another place.
            .where(ruled_tracks.c.path == tracks.c.path)
        )
        async with self._database.write() as connection:
            if ruling.kind is RulingKind.REMOVED:
                await remove(connection, gone.exists(), ruling.made_at, ruling.chat_id)
            else:
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
        about = {"ruling": ruling.id, "tracks": ruling.tracks}
        async with self._database.write() as connection:
            if ruling.kind is RulingKind.APART:
                await _forget(connection, ruling.id)
            else:
                await _move(connection, ruling_id, RulingState.UNDOING)
            await self._journal.append(connection, What.TAKEN_BACK, about)
        return ruling

    async def keep(self, ruling: Ruling) -> None:
        """Let a ruling stand again that could not be undone, or not wholly."""
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
        async with self._database.write() as connection:
            await put_back(connection, track_id, path)

    async def forget(self, ruling: Ruling) -> None:
        """Let nothing be known of a ruling any more; what it was about is decided anew."""
        async with self._database.write() as connection:
            await _forget(connection, ruling.id)

    async def forget_moves(self, last: int) -> None:
        """Let nothing up to the last one named be undone whose files are about to be deleted."""
        these = (rulings.c.kind != RulingKind.APART) & (rulings.c.state == RulingState.STANDS)
        async with self._database.write() as connection:
            if count := await _drop(connection, these & (rulings.c.id <= last)):
                await self._journal.append(connection, What.TRASH_EMPTIED, {"rulings": count})

    async def _entered(
        self,
        connection: AsyncConnection,
        said: Mapping[str, Any],
        rows: Sequence[Row[Any, Any, Any]],
        now: datetime,
    ) -> Ruling:
        """Enter a ruling, here and in the journal."""
        ruling = await _enter(connection, said, rows, now)
        about = {"ruling": ruling.id, "tracks": ruling.tracks, "best": said["track_id"]}
        if "chat_id" in said:
            about["chat"] = said["chat_id"]
        await self._journal.append(connection, _ENTERED[ruling.kind], about)
        return ruling

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
            func.coalesce(chats.c.title, "").label("chat"),
        )
        .select_from(
            rulings.join(ruled_tracks, its)
            .outerjoin(tracks, tracks.c.id == rulings.c.track_id)
            .outerjoin(chats, chats.c.id == rulings.c.chat_id)
        )
        .group_by(rulings.c.id)
        .order_by(rulings.c.id.desc())
    )  # fmt: skip


def _ruling(row: Row[Any]) -> Ruling:
    return Ruling(
        row.id, row.kind, row.state, row.made_at, row.tracks, row.size, row.title, row.performer,
        row.chat_id, row.chat,
    )  # fmt: skip


async def _enter(
    connection: AsyncConnection,
    said: Mapping[str, Any],
    rows: Sequence[Row[Any, Any, Any]],
    now: datetime,
) -> Ruling:
    kind = said["kind"]
    state = RulingState.STANDS if kind is RulingKind.APART else RulingState.INTENDED
    values = {**said, "state": state, "made_at": now}
    made = await connection.scalar(insert(rulings).values(values).returning(rulings.c.id))
    assert made is not None
    ruled = [
        {"ruling_id": made, "track_id": row.id, "path": row.path, "size": row.size} for row in rows
    ]
    await connection.execute(insert(ruled_tracks), ruled)
    size = sum(row.size for row in rows)
    return Ruling(made, kind, state, now, len(rows), size, chat_id=said.get("chat_id"))


async def _move(connection: AsyncConnection, ruling_id: int, state: RulingState) -> None:
    await connection.execute(update(rulings).where(rulings.c.id == ruling_id).values(state=state))


async def _forget(connection: AsyncConnection, ruling_id: int) -> None:
    its = ruled_tracks.c.ruling_id == ruling_id
    ids = list(await connection.scalars(select(ruled_tracks.c.track_id).where(its)))
    await _drop(connection, rulings.c.id == ruling_id)
    await _settle(connection, ids)


async def _drop(connection: AsyncConnection, these: ColumnElement[bool]) -> int:
    """Return how many rulings there were."""
    ids = select(rulings.c.id).where(these)
    await connection.execute(delete(ruled_tracks).where(ruled_tracks.c.ruling_id.in_(ids)))
    return (await connection.execute(delete(rulings).where(these))).rowcount


async def _settle(connection: AsyncConnection, track_ids: Collection[int]) -> None:
    for some in batches(track_ids):
        its = tracks.c.id.in_(some) & tracks.c.recording.is_not(None)
        found = await connection.scalars(select(tracks.c.recording).where(its))
        await settle(connection, {key for key in found if key is not None}, of=some)
