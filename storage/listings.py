"""How far a chat was read for a job whose plan is not whole yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from storage.database import Database
from storage.item_rows import new_audio
from storage.models import Audio
from storage.stretch import Looked
from storage.stretches import put_looked
from storage.tables import items, listings
from storage.upsert import insert_new, upsert


@dataclass(frozen=True, slots=True)
class Mark:
    """`read` postings were looked at, the last of them `message_id`; `found` were wanted."""

    read: int
    found: int
    message_id: int


class Listings:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, job_id: int) -> Mark | None:
        """Return how far it is, None where nothing is to be gone on with."""
        its = listings.c.job_id == job_id
        async with self._database.read() as connection:
            row = (await connection.execute(select(listings).where(its))).first()
        return Mark(row.read, row.found, row.message_id) if row else None

    async def go_on(
        self, job_id: int, found: Sequence[Audio], mark: Mark, looked: Looked | None = None
    ) -> None:
        """Store a part of the plan together with how far it goes, and what was looked at for it."""
        rows = [new_audio(job_id, audio) for audio in found]
        at = {"read": mark.read, "found": mark.found, "message_id": mark.message_id}
        async with self._database.write() as connection:
            await insert_new(connection, items, rows)
            await upsert(connection, listings, {"job_id": job_id, **at})
            await put_looked(connection, looked)
