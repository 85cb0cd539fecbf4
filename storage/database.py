"""Connections and transactions. The only module that makes an engine."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.driver import Driver, DriverConnection
from storage.errands import Errands
from storage.errors import DatabaseDamagedError, disk_errors
from storage.exclusive import exclusive
from storage.handling import to_be_marked
from storage.mishaps import give_up_what_is_read_only, our_errors
from storage.placing import sync_folder
from storage.schema import LATEST, is_current
from storage.unbroken import unbroken
from storage.update_rows import mark

_BUSY_TIMEOUT = timedelta(seconds=30)
_WRITING = "tad_writing"
# More would only wait for each other, and each connection is a thread and three descriptors.
_READERS = 4


class Database:
    """Gives transactions: any number that read, one at a time that writes.

    A transaction that writes commits at the end of its block and rolls back on any error. Do not
    open one inside another: the inner would wait for the outer. The first one that is opened while
    an update is handled marks it as one that has acted (`storage.handling`), unless what it writes
    `is_aside`: written once more, that does no harm.
    """

    def __init__(self, engine: AsyncEngine, path: Path, errands: Errands) -> None:
        self.errands = errands
        self._reader = engine
        self._writer = engine.execution_options(**{_WRITING: True})
        self._path = path
        self._reading = asyncio.Semaphore(_READERS)
        self._writing = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Everything read in the block is of one moment."""
        async with self._reading, self._connected(self._reader) as connection:
            yield connection

    @asynccontextmanager
    async def write(self, *, is_aside: bool = False) -> AsyncIterator[AsyncConnection]:
        async with self._writing, self._connected(self._writer) as connection:
            handling = None if is_aside else to_be_marked()
            if handling is not None:
                await mark(connection, handling)
            yield connection
            await unbroken(_committed(connection))
            if handling is not None:
                handling.has_acted()

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        connection = _Connection(engine)
        with our_errors(self._path):
            try:
                await unbroken(_started(connection))
                yield connection
            finally:
                if connection.sync_connection is not None:
                    # What is not committed is rolled back.
                    await unbroken(connection.close())


class _Connection(AsyncConnection):
    """Ends every statement that it has begun.

    Cancelled in the middle of one, the driver would close a connection whose statement still
    stands, and SQLite would keep its lock until the garbage is collected.
    """

    async def execute(self, *args: Any, **options: Any) -> Any:
        return await unbroken(super().execute(*args, **options))

    async def run_sync(self, *args: Any, **options: Any) -> Any:
        return await unbroken(super().run_sync(*args, **options))


async def _started(connection: AsyncConnection) -> None:
    await connection.start()


async def _committed(connection: AsyncConnection) -> None:
    try:
        await connection.commit()
    except DBAPIError:
        # SQLite keeps the transaction open then, and with it the lock; SQLAlchemy takes it for
        # over, so that closing would give the connection back as it is.
        await connection.invalidate()
        raise


@asynccontextmanager
async def open_database(
    path: Path, *, busy_timeout: timedelta = _BUSY_TIMEOUT
) -> AsyncIterator[Database]:
    """Open the database, bringing its schema up to date first."""
    await asyncio.to_thread(_create, path)
    await bring_up_to_date(path)
    engine, errands = _engine(path, _set_up, busy_timeout), Errands(path, busy_timeout)
    try:
        yield Database(engine, path, errands)
    finally:
        errands.close()
        await unbroken(engine.dispose())


async def bring_up_to_date(path: Path, revision: str = LATEST) -> None:
    """Step the schema up, or down to an older `revision`.

    All steps are one transaction: killed anywhere, the database is as before.
    """
    engine = _engine(path, _set_up_to_migrate, _BUSY_TIMEOUT)
    database = Database(engine, path, Errands(path, _BUSY_TIMEOUT))
    try:
        async with exclusive(path.with_name(f"{path.name}.lock")):
            async with database.read() as connection:
                await connection.run_sync(_check_pages, path)
                if await connection.run_sync(is_current, revision):
                    return
            from storage.migrating import migrate  # noqa: PLC0415  # it is seldom needed

            async with database.write() as connection:
                await connection.run_sync(migrate, revision)
                await connection.run_sync(_check_references, path)
    finally:
        await unbroken(engine.dispose())


def _create(path: Path) -> None:
    with disk_errors(path):
        # The side files -wal and -shm take over the mode of the file.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        sync_folder(path.parent)


def _check_pages(connection: Connection, path: Path) -> None:
    found = connection.exec_driver_sql("pragma quick_check(1)").scalar_one()
    if found != "ok":
        raise DatabaseDamagedError(path, found)


def _check_references(connection: Connection, path: Path) -> None:
    # They are not enforced while tables are rebuilt.
    if connection.exec_driver_sql("pragma foreign_key_check").first() is not None:
        raise DatabaseDamagedError(path, "a row points to one that does not exist")


class _Driver(sqlite3.Connection):
    """Closes itself where nobody else can: aiosqlite drops it when its opening is cancelled."""

    def __del__(self) -> None:
        self.close()


def _engine(
    path: Path, set_up: Callable[[DBAPIConnection, Any], None], busy_timeout: timedelta
) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        module=Driver(),
        connect_args={"timeout": busy_timeout.total_seconds(), "factory": _Driver},
    )
    event.listen(engine.sync_engine, "connect", set_up)
    event.listen(engine.sync_engine, "begin", _begin)
    event.listen(engine.sync_engine, "handle_error", give_up_what_is_read_only)
    return engine


def _set_up(connection: DBAPIConnection, _record: Any) -> None:
    _run(connection, "pragma synchronous = full", "pragma foreign_keys = on")


def _set_up_to_migrate(connection: DBAPIConnection, _record: Any) -> None:
    # Rebuilding a table drops it, which must not touch the rows that point to it; the switch is
    # without effect inside a transaction. The journal mode stays in the file.
    _run(
        connection,
        "pragma journal_mode = wal",
        "pragma synchronous = full",
        "pragma foreign_keys = off",
    )


def _run(connection: DBAPIConnection, *statements: str) -> None:
    # Without this the driver starts transactions when it thinks fit, and never for DDL.
    connection.isolation_level = None
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()


def _begin(connection: Connection) -> None:
    # A transaction that reads first and then writes may fail at once when another has written in
    # between, whatever the time-out: take the lock at the start.
    writing = connection.get_execution_options().get(_WRITING, False)
    driver = connection.connection.dbapi_connection
    assert isinstance(driver, DriverConnection)
    driver.to_begin = "begin immediate" if writing else "begin"
