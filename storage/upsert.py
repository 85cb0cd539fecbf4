"""Insert or update, in the words of each engine. The only module that names an SQL dialect."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

_INSERT: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


async def upsert(connection: AsyncConnection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert the row, or set these columns in the row with the same primary key."""
    await connection.execute(_upserted(connection.dialect.name, table, tuple(values)), values)


async def upsert_where(
    connection: AsyncConnection,
    table: Table,
    values: Mapping[str, Any],
    condition: ColumnElement[bool],
) -> bool:
    """Do the same where the row that is there meets a condition; tell whether that was done."""
    insert = _INSERT[connection.dialect.name](table)
    keys = [column.name for column in table.primary_key]
    changed = {name: insert.excluded[name] for name in values if name not in keys}
    done = insert.on_conflict_do_update(index_elements=keys, set_=changed, where=condition)
    found = await connection.execute(done.returning(*table.primary_key), values)
    return found.first() is not None


async def count_up(
    connection: AsyncConnection, table: Table, values: Mapping[str, Any], counted: str
) -> None:
    """Insert the row, or add to what is counted in it and set the other columns."""
    insert = _INSERT[connection.dialect.name](table)
    keys = [column.name for column in table.primary_key]
    changed: dict[str, ColumnElement[Any]] = {
        name: insert.excluded[name] for name in values if name not in keys
    }
    changed[counted] = table.c[counted] + insert.excluded[counted]
    await connection.execute(
        insert.on_conflict_do_update(index_elements=keys, set_=changed), values
    )


async def insert_new(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert the rows in order, leaving out those that are there already."""
    if rows:
        insert = _INSERT[connection.dialect.name](table).on_conflict_do_nothing()
        await connection.execute(insert, rows)


@cache
def _upserted(
    dialect: str, table: Table, names: tuple[str, ...]
) -> sqlite.Insert | postgresql.Insert:
    """To put it together takes longer than to run it."""
    insert = _INSERT[dialect](table)
    keys = [column.name for column in table.primary_key]
    changed = {name: insert.excluded[name] for name in names if name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=changed)
