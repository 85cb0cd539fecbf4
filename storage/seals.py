"""All that the vault has sealed in the database, whichever table it is in."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import accounts, journal, library_keys, webhooks
from storage.database import Database, open_database
from storage.deed_tables import webhooks as webhook_table
from storage.errors import KeyWrongError, VaultError
from storage.journal_tables import journal_keys
from storage.keys import open_vault
from storage.library_tables import library_keys as library_table
from storage.tables import accounts as account_table
from storage.tables import vault_key
from storage.upsert import upsert
from storage.vault import Vault, key_id_in


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column of secrets; `context` is what the seal of a row is bound to."""

    table: Table
    column: str
    context: Callable[[Row[Any]], str]


SEALED = (
    Sealed(account_table, "session", lambda row: accounts.context_of(row.id)),
    Sealed(journal_keys, "key", lambda row: journal.context_of(row.id)),
    Sealed(library_table, "key", lambda row: library_keys.context_of(row.id)),
    Sealed(webhook_table, "secret", lambda row: webhooks.context_of(row.person_id, row.url)),
)


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many secrets were sealed anew, and the contexts of those that do not open."""

    count: int
    broken: tuple[str, ...]


Opened = tuple[Database, Vault]


@asynccontextmanager
async def connected(path: Path, key_file: Path) -> AsyncIterator[Opened]:
    """Open a database and its vault, and nothing else of the store."""
    async with open_database(path) as database:
        yield database, await opened(database, key_file)


@dataclass(frozen=True, slots=True)
class Begun:
    """The vault with its new key; whether files of the library open only with the lost one."""

    vault: Vault
    is_library_locked: bool


async def begin_anew(path: Path, key_file: Path) -> Begun:
    """Use a database with the key that is there, or a new one, since its own is lost.

    What that one has sealed stays as it is, and opens if the key comes back as an old one.
    """
    async with open_database(path) as database:
        vault = await asyncio.to_thread(open_vault, key_file)
        async with database.write() as connection:
            await _note(connection, vault)
            is_locked = await library_keys.replace_lost(connection, vault)
    return Begun(vault, is_locked)


async def opened(database: Database, key_file: Path) -> Vault:
    """Open the vault of a database.

    Raises `KeyMissingError` and `KeyWrongError` where there are secrets in it, and neither the key
    by which it was used last is here, nor any that has sealed one of them.
    """
    async with database.read() as connection:
        last = await connection.scalar(select(vault_key.c.key_id))
        makers = {key_id_in(sealed) async for _, _, sealed in _all(connection)}
    vault = await asyncio.to_thread(open_vault, key_file, may_create=not makers)
    if makers and not any(vault.knows(one) for one in (last, *makers) if one is not None):
        raise KeyWrongError(key_file)
    if last != vault.key_id:
        async with database.write() as connection:
            await _note(connection, vault)
    return vault


@dataclass(frozen=True, slots=True)
class Census:
    """How many secrets each key has sealed, by its id, and the contexts of those that do not open.

    Which key has sealed the latter cannot be told.
    """

    counts: Counter[str]
    broken: tuple[str, ...]


async def census(database: Database, vault: Vault) -> Census:
    counts, broken = Counter[str](), []
    async with database.read() as connection:
        async for where, row, sealed in _all(connection):
            try:
                vault.decrypt(sealed, where.context(row))
            except VaultError:
                broken.append(where.context(row))
            else:
                counts[key_id_in(sealed).hex()] += 1
    return Census(counts, tuple(broken))


async def renew(database: Database, vault: Vault) -> Renewed:
    """Seal with the key of today whatever an old one has sealed, all in one transaction.

    What does not open stays as it is.
    """
    count, broken = 0, []
    async with database.write() as connection:
        rows = [found async for found in _all(connection)]
        for where, row, sealed in rows:
            context = where.context(row)
            try:
                plain = vault.decrypt(sealed, context)
            except VaultError:
                broken.append(context)
                continue
            if not vault.is_of_today(sealed):
                values = {where.column: vault.encrypt(plain, context)}
                await connection.execute(update(where.table).where(_is(where, row)).values(values))
                count += 1
        await _note(connection, vault)
    return Renewed(count, tuple(broken))


async def _all(connection: AsyncConnection) -> AsyncIterator[tuple[Sealed, Row[Any], bytes]]:
    """Yield each secret with its row, of which only the key and the secret are read."""
    for where in SEALED:
        wanted = [*where.table.primary_key.columns, where.table.c[where.column]]
        for row in await connection.execute(select(*wanted)):
            yield where, row, row[-1]


def _is(where: Sealed, row: Row[Any]) -> ColumnElement[bool]:
    return and_(*(column == getattr(row, column.name) for column in where.table.primary_key))


async def _note(connection: AsyncConnection, vault: Vault) -> None:
    await upsert(connection, vault_key, {"id": 1, "key_id": vault.key_id})
