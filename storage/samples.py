"""Takes tracks out of the catalogue at random, however many there are; blocking, as a search."""

from __future__ import annotations

import sqlite3
from random import Random

from storage.database import Database

# So few are all read. Of more, single ones are looked up: gaps in the numbers do no harm then.
_FEW = 2000
_TRIES = 20  # for each track that is wanted

_BOUNDS = "select coalesce(min(id), 0), coalesce(max(id), 0) from tracks"
_ALL = "select id from tracks where better_id is null and removed_at is null"
_NEXT = (
    "select id from tracks where better_id is null and removed_at is null and id >= ?"
    " order by id limit 1"
)


class Samples:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, count: int, random: Random) -> list[int]:
        """Return at most so many tracks, each once."""
        return await self._database.errands.run(
            lambda connection: _taken(connection.cursor(), count, random)
        )


def _taken(cursor: sqlite3.Cursor, count: int, random: Random) -> list[int]:
    first, last = cursor.execute(_BOUNDS).fetchone()
    if last - first < _FEW:
        every = [row[0] for row in cursor.execute(_ALL)]
        return random.sample(every, min(count, len(every)))
    found: dict[int, None] = {}
    for _ in range(_TRIES * count):
        row = cursor.execute(_NEXT, (random.randint(first, last),)).fetchone()
        if row is not None:
            found[row[0]] = None
        if len(found) == count:
            break
    return list(found)
