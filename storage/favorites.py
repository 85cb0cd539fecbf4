"""The tracks that each person likes best."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from storage.database import Database
from storage.tables import favorites
from storage.upsert import insert_new


class Favorites:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, person_id: int, track_id: int, now: datetime) -> None:
        row = {"person_id": person_id, "track_id": track_id, "added_at": now}
        async with self._database.write() as connection:
            await insert_new(connection, favorites, [row])

    async def remove(self, person_id: int, track_id: int) -> None:
        own = (favorites.c.person_id == person_id) & (favorites.c.track_id == track_id)
        async with self._database.write() as connection:
            await connection.execute(delete(favorites).where(own))

    async def among(self, person_id: int, track_ids: Collection[int]) -> set[int]:
        own = (favorites.c.person_id == person_id) & favorites.c.track_id.in_(track_ids)
        async with self._database.read() as connection:
            return set(await connection.scalars(select(favorites.c.track_id).where(own)))

    async def newest(
        self, person_id: int, limit: int, offset: int = 0, until: datetime | None = None
    ) -> list[int]:
        """Return the tracks that the person liked last, those first; `until` is inclusive."""
        own = favorites.c.person_id == person_id
        if until is not None:
            own &= favorites.c.added_at <= until
        wanted = (
            select(favorites.c.track_id)
            .where(own)
            .order_by(favorites.c.added_at.desc(), favorites.c.track_id.desc())
            .limit(limit)
            .offset(offset)
        )
        async with self._database.read() as connection:
            return list(await connection.scalars(wanted))
