from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.database import Database, open_database
from storage.models import Role
from storage.tables import people

ANN = {"id": 1, "name": "Ann", "role": Role.OWNER}


@pytest.fixture
def errands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect what the threads of all connections are asked to do."""
    asked: list[str] = []
    execute: Any = aiosqlite.Connection._execute

    async def noted(
        self: aiosqlite.Connection, function: Callable[..., Any], *args: Any, **options: Any
    ) -> Any:
        asked.append(function.__name__)
        return await execute(self, function, *args, **options)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", noted)
    return asked


async def test_each_statement_is_one_errand_that_also_begins(
    database: Database, errands: list[str]
) -> None:
    async with database.write() as connection:
        await connection.execute(insert(people).values(**ANN))
        errands.clear()  # the connection was made
        await connection.execute(update(people).values(name="Bea"))
    async with database.read() as connection:
        assert "Bea" == await connection.scalar(select(people.c.name))

    assert ["execute", "commit", "execute", "rollback"] == errands


async def test_nothing_is_begun_where_nothing_is_said(
    database: Database, errands: list[str]
) -> None:
    async with database.write() as connection:
        await connection.execute(insert(people).values(**ANN))
    errands.clear()

    async with database.write():
        pass
    async with database.read():
        pass

    assert [] == errands


async def test_a_statement_tells_what_it_did(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(insert(people), [ANN, ANN | {"id": 2}])
        changed = await connection.execute(update(people).values(name="Bea"))
        added = insert(people).values(ANN | {"id": 3}).returning(people.c.id, people.c.name)
        row = (await connection.execute(added)).one()

    assert 2 == changed.rowcount
    assert (3, "Ann") == tuple(row)


async def test_a_begin_that_was_refused_is_said_again(tmp_path: Path) -> None:
    path = tmp_path / "tad.db"
    async with open_database(path) as database:
        async with database.write() as connection:
            await connection.execute(insert(people).values(**ANN))
        with pytest.raises(IntegrityError):
            async with database.write() as connection:
                await connection.execute(insert(people).values(**ANN))

        async with database.write() as connection:
            await connection.execute(update(people).values(name="Bea"))
            other = sqlite3.connect(path, timeout=0, isolation_level=None)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("begin immediate")
            other.close()


async def test_however_many_read_only_few_connections_are_made(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    connect = aiosqlite.connect

    def counted(*args: Any, **options: Any) -> Any:
        made.append(args)
        return connect(*args, **options)

    monkeypatch.setattr(aiosqlite, "connect", counted)

    async def read() -> int | None:
        async with database.read() as connection:
            return await connection.scalar(select(func.count()).select_from(people))

    async with asyncio.TaskGroup() as group:
        reads = [group.create_task(read()) for _ in range(40)]

    assert [0] * 40 == [reading.result() for reading in reads]
    assert len(made) <= 4
