"""Storage in new folders, with tables that are made only once in each process.

To make them takes longer than most tests. What makes them is tested in `tests/storage`.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

from storage.database import Database, bring_up_to_date, open_database
from storage.store import DATABASE_NAME, Store, open_store


@asynccontextmanager
async def store_at(data: Path, music: Path) -> AsyncIterator[Store]:
    """Open the store in these folders, which need not be there."""
    await asyncio.to_thread(_lay_down, data / DATABASE_NAME)
    async with open_store(data, music) as store:
        compile_once(store.jobs._database)
        yield store


@asynccontextmanager
async def database_at(path: Path) -> AsyncIterator[Database]:
    await asyncio.to_thread(_lay_down, path)
    async with open_database(path) as database:
        compile_once(database)
        yield database


def compile_once(database: Database) -> None:
    """Compile each statement once in the process, not once for each database.

    A program that runs for long does so too. One that runs for a second compiles for a third of
    it, and three times as long while it is traced.
    """
    database._reader = database._reader.execution_options(compiled_cache=_statements())
    database._writer = database._writer.execution_options(compiled_cache=_statements())


class Statements(dict[Any, Any]):
    """Remembers statements by what they say, whichever engine has compiled them."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(key[1:], compiled)


@cache
def _statements() -> Statements:
    return Statements()


def _lay_down(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        path.touch(0o600)
        path.write_bytes(_empty())


@cache
def _empty() -> bytes:
    """Return a database as the product makes it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / DATABASE_NAME
        asyncio.run(bring_up_to_date(path))
        assert not path.with_name(f"{path.name}-wal").exists(), "all is in the one file"
        return path.read_bytes()
