"""What people said of all watches: what a new one is like, and how much all may fetch."""

from __future__ import annotations

from sqlalchemy import delete, select

from storage.database import Database
from storage.journal import Journal
from storage.record import What
from storage.upsert import upsert
from storage.watch_tables import watch_budget, watch_defaults

_THE_ONE = 1


class WatchRules:
    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def defaults(self, person_id: int) -> str:
        """Return the words that hold for each new watch of a person; empty where none were said."""
        its = watch_defaults.c.person_id == person_id
        async with self._database.read() as connection:
            words = await connection.scalar(select(watch_defaults.c.words).where(its))
        return words or ""

    async def set_defaults(self, person_id: int, words: str) -> None:
        its = watch_defaults.c.person_id == person_id
        async with self._database.write() as connection:
            if words:
                await upsert(connection, watch_defaults, {"person_id": person_id, "words": words})
            else:
                await connection.execute(delete(watch_defaults).where(its))

    async def budget(self) -> int | None:
        """Return how many bytes all watches together may ask for in a day, None for any."""
        async with self._database.read() as connection:
            return await connection.scalar(select(watch_budget.c.most_a_day))

    async def set_budget(self, most_a_day: int | None) -> None:
        async with self._database.write() as connection:
            if most_a_day is None:
                await connection.execute(delete(watch_budget))
            else:
                row = {"id": _THE_ONE, "most_a_day": most_a_day}
                await upsert(connection, watch_budget, row)
            await self._journal.append(connection, What.BUDGET_SET, {"size": most_a_day})
