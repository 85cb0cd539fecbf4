"""The tracks that each person likes best."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select

from storage.database import Database
from storage.serving import SERVED, alike, best_of
from storage.tables import favorites, tracks
from storage.upsert import insert_new

_TRACKS = favorites.join(tracks, tracks.c.id == favorites.c.track_id)


class Favorites:
    """Of a recording the best track is told of, whichever of its tracks was liked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, person_id: int, track_id: int, now: datetime) -> None:
        row = {"person_id": person_id, "track_id": track_id, "added_at": now}
        async with self._database.write() as connection:
            await insert_new(connection, favorites, [row])

    async def remove(self, person_id: int, track_id: int) -> None:
        its = favorites.c.track_id.in_(alike([track_id]))
        own = (favorites.c.person_id == person_id) & its
        async with self._database.write() as connection:
            await connection.execute(delete(favorites).where(own))

    async def among(self, person_id: int, track_ids: Collection[int]) -> set[int]:
        own = favorites.c.person_id == person_id
        its = favorites.c.track_id.in_(alike(track_ids))
        wanted = select(SERVED).select_from(_TRACKS).where(own, its)
        async with self._database.read() as connection:
            liked = set(await connection.scalars(wanted))
            best = await best_of(connection, list(track_ids)) if liked else {}
        return {one for one in track_ids if best.get(one) in liked}

    async def count(self, person_id: int, until: datetime) -> int:
        """Return how many tracks the person liked; `until` is inclusive."""
        own = (favorites.c.person_id == person_id) & (favorites.c.added_at <= until)
        counted = select(func.count(SERVED.distinct())).select_from(_TRACKS).where(own)
        async with self._database.read() as connection:
            return await connection.scalar(counted) or 0

    async def newest(
        self, person_id: int, limit: int, offset: int = 0, until: datetime | None = None
    ) -> list[int]:
        """Return the tracks that the person liked last, those first; `until` is inclusive."""
        own = favorites.c.person_id == person_id
        if until is not None:
            own &= favorites.c.added_at <= until
        wanted = (
            select(SERVED)
            .select_from(_TRACKS)
            .where(own)
            .group_by(SERVED)
            .order_by(func.max(favorites.c.added_at).desc(), SERVED.desc())
            .limit(limit)
            .offset(offset)
        )
        async with self._database.read() as connection:
            return list(await connection.scalars(wanted))
