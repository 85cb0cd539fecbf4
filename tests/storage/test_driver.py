from __future__ import annotations

import asyncio
import logging
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage.database import Database, open_database
from storage.models import Role
from storage.tables import people

ANN = {"id": 1, "name": "Ann", "role": Role.OWNER}


class Errands:
    """What the threads of all connections were asked to do: aiosqlite tells its log of each."""

    def __init__(self, log: pytest.LogCaptureFixture) -> None:
        self._log = log
        log.set_level(logging.DEBUG, "aiosqlite")

    def forget(self) -> None:
        self._log.clear()

    @property
    def names(self) -> list[str]:
        asked = (one for one in self._log.records if one.msg == "executing %s")
        return [_name(one.args[0]) for one in asked if isinstance(one.args, tuple)]


def _name(function: Any) -> str:
    return str(getattr(function, "func", function).__name__)


@pytest.fixture
def errands(caplog: pytest.LogCaptureFixture) -> Errands:
    return Errands(caplog)


async def test_each_statement_is_one_errand_that_also_begins(
    database: Database, errands: Errands
) -> None:
    async with database.write() as connection:
        await connection.execute(insert(people).values(**ANN))
        errands.forget()  # the connection was made
        await connection.execute(update(people).values(name="Bea"))
    async with database.read() as connection:
        assert "Bea" == await connection.scalar(select(people.c.name))

    assert ["execute", "commit", "execute", "rollback"] == errands.names


async def test_nothing_is_begun_where_nothing_is_said(database: Database, errands: Errands) -> None:
    async with database.write() as connection:
        await connection.execute(insert(people).values(**ANN))
    errands.forget()

    async with database.write():
        pass
    async with database.read():
        pass

    assert [] == errands.names


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
    database: Database, errands: Errands
) -> None:
    async def read() -> int | None:
        async with database.read() as connection:
            return await connection.scalar(select(func.count()).select_from(people))

    async with asyncio.TaskGroup() as group:
        reads = [group.create_task(read()) for _ in range(40)]

    assert [0] * 40 == [reading.result() for reading in reads]
    assert 1 <= errands.names.count("connector") <= 4
