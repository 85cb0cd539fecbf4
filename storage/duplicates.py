"""Recordings that the library has more than once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.models import Track
from storage.recordings import Rendition, ranked
from storage.serving import name_some
from storage.sound import Flaw, Grade
from storage.tables import chats, postings, tracks
from storage.track_rows import flaws_from, track_from

_AT_ONCE = 500
_SPARE = tracks.c.better_id.is_not(None) & tracks.c.path.is_not(None)


@dataclass(frozen=True, slots=True)
class Spare:
    """How much of the library is there once more: recordings, and the files that are not needed.

    `last` is the newest track there is.
    """

    recordings: int
    files: int
    size: int
    last: int


@dataclass(frozen=True, slots=True)
class Version:
    """One file of a recording; `chat` is where it was posted, None where it was imported."""

    track_id: int
    format: str
    bitrate: int | None
    size: int
    chat: str | None
    path: PurePosixPath
    flaws: frozenset[Flaw] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """The files of one recording, the best first."""

    title: str
    performer: str
    name: str
    duration: timedelta
    versions: tuple[Version, ...]

    @property
    def best_id(self) -> int:
        return self.versions[0].track_id

    @property
    def spare_size(self) -> int:
        return sum(version.size for version in self.versions[1:])


@dataclass(frozen=True, slots=True)
class Groups:
    """One page; `more` tells whether another follows."""

    shown: tuple[Group, ...] = ()
    more: bool = False


class Duplicates:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def spare(self) -> Spare:
        newest = tracks.alias()
        counted = select(
            func.count(tracks.c.better_id.distinct()),
            func.count(),
            func.coalesce(func.sum(tracks.c.size), 0),
            select(func.coalesce(func.max(newest.c.id), 0)).scalar_subquery(),
        ).where(_SPARE)
        async with self._database.read() as connection:
            return Spare(*(await connection.execute(counted)).one())

    async def page(self, limit: int, after: int = 0) -> Groups:
        """Return the groups whose best tracks come after that one, by these."""
        bests = (
            select(tracks.c.better_id)
            .where(_SPARE, tracks.c.better_id > after)
            .group_by(tracks.c.better_id)
            .order_by(tracks.c.better_id)
            .limit(limit + 1)
        )
        async with self._database.read() as connection:
            ids = list(await connection.scalars(bests))
            return Groups(await _groups(connection, ids[:limit]), len(ids) > limit)

    async def instead_of(self, best_id: int) -> list[Track]:
        """Return the other tracks of a recording that have a file, the best first."""
        others = select(tracks).where(_SPARE, tracks.c.better_id == best_id)
        async with self._database.read() as connection:
            rows = (await connection.execute(others)).all()
        by_id = {row.id: row for row in rows}
        return [track_from(by_id[one.track_id]) for one in ranked(map(_rendition, by_id.values()))]

    async def catch_up(self) -> None:
        """Bring tracks together that were entered by a program which knew of no recordings."""
        named = _AT_ONCE
        while named == _AT_ONCE:
            async with self._database.write() as connection:
                named = await name_some(connection, _AT_ONCE)


async def _groups(connection: AsyncConnection, best_ids: Collection[int]) -> tuple[Group, ...]:
    its = tracks.c.id.in_(best_ids) | tracks.c.better_id.in_(best_ids)
    files = select(tracks).where(its, tracks.c.path.is_not(None))
    rows = (await connection.execute(files)).all()
    where_from = await _chats(connection, [row.id for row in rows])
    versions: dict[int, list[Row[Any]]] = {}
    for row in rows:
        versions.setdefault(row.better_id or row.id, []).append(row)
    return tuple(_group(versions[one], where_from) for one in best_ids if one in versions)


async def _chats(connection: AsyncConnection, track_ids: Collection[int]) -> dict[int, str]:
    """Return for each track that was posted the title of a chat that has it."""
    posted = postings.join(chats, chats.c.id == postings.c.chat_id)
    wanted = (
        select(postings.c.track_id, func.min(chats.c.title).label("title"))
        .select_from(posted)
        .where(postings.c.track_id.in_(track_ids))
        .group_by(postings.c.track_id)
    )
    return {row.track_id: row.title for row in await connection.execute(wanted)}


def _group(rows: Collection[Row[Any]], where_from: Mapping[int, str]) -> Group:
    order = [one.track_id for one in ranked(map(_rendition, rows))]
    # The best is what is served, whatever was told apart.
    in_order = sorted(rows, key=lambda row: (row.better_id is not None, order.index(row.id)))
    best = in_order[0]
    versions = [
        Version(
            row.id,
            row.format,
            row.bitrate,
            row.size,
            where_from.get(row.id),
            row.path,
            flaws_from(row.flaws),
        )
        for row in in_order
    ]
    return Group(best.title, best.performer, best.name, best.duration, tuple(versions))


def _rendition(row: Row[Any]) -> Rendition:
    return Rendition(
        track_id=row.id,
        duration=row.duration,
        has_file=True,
        format=row.format,
        bitrate=row.bitrate,
        has_cover=row.has_cover,
        has_tags=bool(row.album) or row.year is not None,
        sha256=row.sha256_source,
        grade=None if row.grade is None else Grade(row.grade),
        flaws=flaws_from(row.flaws),
    )
