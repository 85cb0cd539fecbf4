"""How much of each chat is kept, and the files that this is about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, case, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.database import Database
from storage.documents import request_from
from storage.journal import Journal
from storage.record import Fact, What
from storage.retention import Guard, Held, Retention
from storage.serving import SERVED
from storage.states import ENDED_ITEMS, ENDED_JOBS
from storage.tables import (
    documents,
    favorites,
    items,
    jobs,
    playlist_tracks,
    plays,
    postings,
    retentions,
    tracks,
)
from storage.upsert import upsert

OF_LATE = timedelta(days=30)

# The track that has the file of a posting: the better one, where its own was merged with that.
_IS_MERGED = tracks.c.path.is_(None) & tracks.c.better_id.is_not(None)
_KEEPER = case((_IS_MERGED, tracks.c.better_id), else_=tracks.c.id)
_POSTED = postings.join(tracks, tracks.c.id == postings.c.track_id)

_Guarding = Mapping[Guard, Collection[int]]
_Posted = dict[int, dict[int, datetime]]


class Retentions:
    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def every(self) -> dict[int, Retention]:
        """Return by chat how much is kept of those of which not all is."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(retentions).order_by(retentions.c.chat_id))
            return {row.chat_id: _retention(row) for row in rows}

    async def put(self, chat_id: int, retention: Retention, now: datetime) -> None:
        """Keep so much of a chat from now on."""
        row = {
            "chat_id": chat_id,
            "keep_count": retention.count,
            "keep_bytes": retention.size,
            "keep_age": retention.age,
            "made_at": now,
        }
        its = retentions.c.chat_id == chat_id
        async with self._database.write() as connection:
            before = (await connection.execute(select(retentions).where(its))).first()
            if before is not None and not retention.is_looser_than(_retention(before)):
                row["made_at"] = before.made_at  # what was removed since then stays away
            await upsert(connection, retentions, row)
            await self._journal.append(connection, What.RETENTION_SET, _told(chat_id, retention))

    async def drop(self, chat_id: int) -> bool:
        """Keep all of a chat from now on; tell whether that is new."""
        its = retentions.c.chat_id == chat_id
        async with self._database.write() as connection:
            is_new = bool((await connection.execute(delete(retentions).where(its))).rowcount)
            if is_new:
                await self._journal.append(connection, What.RETENTION_LIFTED, {"chat": chat_id})
            return is_new

    async def held(self, chat_id: int, now: datetime) -> list[Held]:
        """Return the files of what was posted in a chat."""
        keepers = select(_KEEPER).select_from(_POSTED).where(postings.c.chat_id == chat_id)
        found: list[Held] = []
        async with self._database.read() as connection:
            ids = list(dict.fromkeys(await connection.scalars(keepers)))
            posted = await _posted(connection, ids)
            by_name = await _liked(connection, now)
            by_itself = await _asked(connection, {chat for its in posted.values() for chat in its})
            for some in batches(ids):
                rows = await connection.execute(_files().where(tracks.c.id.in_(some)))
                found += [_held(row, posted[row.id], by_name, by_itself) for row in rows]
        return found


def _retention(row: Row[Any]) -> Retention:
    return Retention(row.keep_count, row.keep_bytes, row.keep_age)


def _told(chat_id: int, retention: Retention) -> dict[str, Fact]:
    days = retention.age.days if retention.age else None
    return {"chat": chat_id, "count": retention.count, "size": retention.size, "days": days}


def _files() -> Select[Any]:
    size = func.coalesce(tracks.c.published_size, tracks.c.size).label("file_size")
    columns = (tracks.c.id, tracks.c.added_at, tracks.c.document_id)
    return select(*columns, SERVED.label("served"), size).where(tracks.c.path.is_not(None))


def _held(
    row: Row[Any], posted: Mapping[int, datetime], by_name: _Guarding, by_itself: _Guarding
) -> Held:
    guards = {guard for guard, ids in by_name.items() if row.served in ids}
    guards |= {guard for guard, ids in by_itself.items() if row.id in ids}
    if row.document_id is None:
        guards.add(Guard.IMPORTED)
    return Held(row.id, row.file_size, row.added_at, posted, frozenset(guards))


async def _posted(connection: AsyncConnection, track_ids: Collection[int]) -> _Posted:
    """Return when what these tracks are kept for was last posted, by track and chat."""
    found: _Posted = {track_id: {} for track_id in track_ids}
    last = func.max(postings.c.posted_at, type_=postings.c.posted_at.type).label("last")
    for some in batches(track_ids):
        its = tracks.c.id.in_(some) | tracks.c.better_id.in_(some)
        wanted = select(_KEEPER.label("keeper"), postings.c.chat_id, last).select_from(_POSTED)
        rows = await connection.execute(wanted.where(its).group_by("keeper", postings.c.chat_id))
        for row in rows:
            if row.keeper in found:
                found[row.keeper][row.chat_id] = row.last
    return found


async def _liked(connection: AsyncConnection, now: datetime) -> _Guarding:
    """Return what people like, by the best of each recording."""
    guarding: dict[Guard, set[int]] = {}
    of_late = plays.c.last_at > now - OF_LATE
    for guard, table, its in (
        (Guard.FAVORITE, favorites, favorites.c.track_id),
        (Guard.LISTED, playlist_tracks, playlist_tracks.c.track_id),
        (Guard.PLAYED, plays, plays.c.track_id),
    ):
        wanted = select(SERVED).select_from(table.join(tracks, tracks.c.id == its))
        if table is plays:
            wanted = wanted.where(of_late)
        guarding[guard] = set(await connection.scalars(wanted))
    return guarding


async def _asked(connection: AsyncConnection, chat_ids: Collection[int]) -> _Guarding:
    """Return what was asked for by its link, and what a download is still about.

    What was asked for stands for the better file that has replaced it.
    """
    asked = set(await connection.scalars(select(_KEEPER).where(tracks.c.is_kept)))
    wanted = set(await connection.scalars(_on_their_way()))
    brought = select(_KEEPER).select_from(items.join(tracks, tracks.c.id == items.c.track_id))
    for chat_id in chat_ids:
        rows = await connection.execute(select(jobs).where(jobs.c.chat_id == chat_id))
        by_link = [row.id for row in rows if request_from(row.request).message_ids]
        for some in batches(by_link):
            asked.update(await connection.scalars(brought.where(items.c.job_id.in_(some))))
    running = select(jobs.c.id).where(jobs.c.state.not_in(ENDED_JOBS))
    wanted.update(await connection.scalars(brought.where(items.c.job_id.in_(running))))
    return {Guard.ASKED: asked, Guard.WANTED: wanted}


def _on_their_way() -> Select[Any]:
    """Select the tracks whose documents a download is still to bring."""
    known = documents.join(items, items.c.document_id == documents.c.id)
    known = known.join(tracks, tracks.c.id == documents.c.track_id)
    wanted = select(_KEEPER).select_from(known)
    return wanted.where(items.c.state.not_in(ENDED_ITEMS))
