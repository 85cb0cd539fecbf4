"""Our own search in the comparison: the product's tables, index and query language."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import insert

from bench.search.catalogue import Row
from bench.search.contender import Built
from storage.cache import MemoryCache
from storage.database import Database, open_database
from storage.query.parser import parse
from storage.search.index import enter
from storage.search.search import Search
from storage.search.texts import Searched, searched
from storage.tables import tracks

_BATCH = 5000
_PERSON = 1
_DIGEST = "0" * 64
_PAGES = "select sum(pgsize) from dbstat where name like 'search_%'"


class Ours:
    name = "ours"

    def __init__(self, folder: Path) -> None:
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._database = self._runner.run(
            self._stack.enter_async_context(open_database(folder / "ours.db"))
        )
        self._search = Search(self._database, MemoryCache(most=0))

    def build(self, rows: Iterable[Row]) -> Built:
        cpu = self._runner.run(_filled(self._database, rows))
        return Built(cpu, self._runner.run(_bytes(self._database)))

    def find(self, text: str, limit: int) -> list[int]:
        return self._runner.run(self._find(text, limit))

    async def _find(self, text: str, limit: int) -> list[int]:
        page = await self._search.find(parse(text), limit, person_id=_PERSON, now=datetime.now(UTC))
        return list(page.ids)

    def close(self) -> None:
        self._runner.run(self._stack.aclose())
        self._runner.close()


async def _filled(database: Database, rows: Iterable[Row]) -> float:
    """Enter all, and return the seconds of CPU that the index took."""
    taken, left = 0.0, iter(rows)
    while batch := list(islice(left, _BATCH)):
        async with database.write() as connection:
            await connection.execute(insert(tracks), [_track(row) for row in batch])
            begin = time.process_time()
            await enter(connection, _searched(batch))
            taken += time.process_time() - begin
    return taken


def _track(row: Row) -> dict[str, object]:
    return {
        "id": row.id,
        "title": row.title,
        "performer": row.artist,
        "album": row.album,
        "year": row.year,
        "duration": timedelta(seconds=row.duration),
        "size": row.size,
        "mime": f"audio/{row.format}",
        "format": row.format,
        "name": f"{row.id}.{row.format}",
        "sha256_source": _DIGEST,
        "sha256": _DIGEST,
        "added_at": datetime.fromtimestamp(row.added, UTC),
    }


def _searched(batch: Sequence[Row]) -> list[Searched]:
    return [
        searched(row.id, row.title, row.artist, row.album, "", f"{row.id}.{row.format}")
        for row in batch
    ]


async def _bytes(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.exec_driver_sql(_PAGES)).scalar_one())
