"""SQLite in a thread of its own, for SQLAlchemy: one errand to the thread for each statement.

aiosqlite goes there for the cursor, the statement, its rows and the end of the cursor, and
SQLAlchemy for the begin and for a rollback of nothing. While the event loop is busy each errand
waits for the interpreter's lock, milliseconds perhaps, and others wait for the transaction.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable
from typing import Any

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util import immutabledict

# The cursor, closed: it still tells what the statement did. And the rows.
Done = tuple[sqlite3.Cursor, list[Any]]
Errand = Callable[[sqlite3.Connection, "str | None", str, Any], Done]


class Driver(AsyncAdapt_aiosqlite_dbapi):
    """Is the `module` of an engine."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arguments: Any, **options: Any) -> DriverConnection:
        return DriverConnection(self, super().connect(*arguments, **options).driver_connection)


class DriverConnection(AsyncAdapt_aiosqlite_connection):
    """`to_begin` is said before the next statement, on the same errand."""

    __slots__ = ("to_begin",)

    def __init__(self, dbapi: Driver, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self.to_begin: str | None = None

    def cursor(self, server_side: bool = False) -> Cursor:  # noqa: ARG002, FBT001, FBT002  # theirs
        return Cursor(self)

    def rollback(self) -> None:
        if self._is_begun():
            super().rollback()

    def commit(self) -> None:
        if self._is_begun():
            super().commit()

    def _is_begun(self) -> bool:
        self.to_begin = None
        is_open = self._connection._connection is not None  # noqa: SLF001  # as theirs looks
        return is_open and self._connection.in_transaction


class Cursor(AsyncAdapt_aiosqlite_cursor):
    """Has everything that a statement gave; SQLite is done with it."""

    _adapt_connection: DriverConnection
    _connection: Any

    def __init__(self, connection: DriverConnection) -> None:
        # Not theirs, which makes an errand of it.
        self._adapt_connection = connection
        self._connection = connection.driver_connection
        self._rows = deque()
        self._soft_closed_memoized = immutabledict()

    def close(self) -> None:
        self._rows.clear()

    async def _async_soft_close(self) -> None:
        """There is nothing left to close."""

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        await self._send(execute, operation, parameters or ())

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        await self._send(executemany, operation, seq_of_parameters)

    async def _send(self, errand: Errand, operation: Any, parameters: Any) -> None:
        begin, self._adapt_connection.to_begin = self._adapt_connection.to_begin, None
        driver = self._connection
        # All that is done in the thread goes this way, and aiosqlite's own ways ask for more.
        self._cursor, rows = await driver._execute(  # noqa: SLF001
            errand,
            driver._conn,  # noqa: SLF001
            begin,
            operation,
            parameters,
        )
        self._rows.extend(rows)


def execute(
    connection: sqlite3.Connection, begin: str | None, operation: str, parameters: Any
) -> Done:
    return _done(connection, begin, lambda cursor: cursor.execute(operation, parameters))


def executemany(
    connection: sqlite3.Connection, begin: str | None, operation: str, parameters: Any
) -> Done:
    return _done(connection, begin, lambda cursor: cursor.executemany(operation, parameters))


def _done(
    connection: sqlite3.Connection, begin: str | None, run: Callable[[sqlite3.Cursor], Any]
) -> Done:
    cursor = connection.cursor()
    try:
        if begin is not None:
            cursor.execute(begin)
        run(cursor)
        return cursor, cursor.fetchall() if cursor.description else []
    finally:
        cursor.close()
