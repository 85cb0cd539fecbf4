"""How far the bytes of each document have come, and the name they are about to get."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Delete, Row, Select, Update, bindparam, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.documents import entry_document, entry_from
from storage.entry import Intent
from storage.errors import NameTaken, NotStoredError
from storage.item_rows import move_item
from storage.models import Item, ItemState, Transfer
from storage.tables import items, tracks, transfers
from storage.upsert import upsert


class Transfers:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, document_id: int) -> Transfer | None:
        async with self._database.read() as connection:
            row = (await connection.execute(_one(), {"document": document_id})).first()
        return _transfer(row) if row else None

    async def save(self, transfer: Transfer) -> None:
        """Store the bitmap; only after the bytes it claims are synced."""
        values = {
            "document_id": transfer.document_id,
            "size": transfer.size,
            "part_size": transfer.part_size,
            "done": transfer.done,
        }
        async with self._database.write() as connection:
            await upsert(connection, transfers, values)

    async def intend(self, document_id: int, intent: Intent) -> None:
        """Store under which name these bytes are about to be published.

        After a kill the file of that name with these bytes is ours, and is adopted.
        """
        async with self._database.write() as connection:
            await _intend(connection, document_id, intent)

    async def begin_publishing(self, item: Item, intent: Intent) -> Item:
        """Store the same for an item, and that its file is on its way to that name.

        Raises `NameTaken` when another track has that path.
        """
        assert item.audio is not None
        document_id = item.audio.document_id
        async with self._database.write() as connection:
            taken = {"path": intent.path, "document": document_id}
            if await connection.scalar(_others(), taken) is not None:
                raise NameTaken(intent.path)
            await _intend(connection, document_id, intent)
            if item.state is ItemState.PUBLISHING:
                return item
            return await move_item(connection, item.id, ItemState.PUBLISHING)

    async def intended(self, document_id: int) -> Intent | None:
        transfer = await self.get(document_id)
        return transfer.intent if transfer else None

    async def forget(self, document_id: int) -> None:
        async with self._database.write() as connection:
            await forget_transfer(connection, document_id)

    async def documents(self) -> frozenset[int]:
        async with self._database.read() as connection:
            return frozenset(await connection.scalars(select(transfers.c.document_id)))

    async def only_in(self, states: Collection[ItemState]) -> frozenset[int]:
        """Return the documents that have items, in whatever jobs, all in one of these states.

        Left out are those that may have their file already, under the name it was about to get.
        """
        its = items.c.document_id == transfers.c.document_id
        other = exists().where(its, items.c.state.not_in(states))
        these = select(transfers.c.document_id).where(
            transfers.c.path.is_(None), exists().where(its), ~other
        )
        async with self._database.read() as connection:
            return frozenset(await connection.scalars(these))

    async def intended_documents(self) -> frozenset[int]:
        """Return the documents that are about to get a name, or have just got it."""
        intended = select(transfers.c.document_id).where(transfers.c.path.is_not(None))
        async with self._database.read() as connection:
            return frozenset(await connection.scalars(intended))

    async def intended_paths(self) -> frozenset[PurePosixPath]:
        """Return the names that files are about to get, or have just got."""
        intended = select(transfers.c.path).where(transfers.c.path.is_not(None))
        async with self._database.read() as connection:
            return frozenset(path for path in await connection.scalars(intended) if path)


async def forget_transfer(connection: AsyncConnection, document_id: int) -> None:
    await connection.execute(_forgotten(), {"document": document_id})


async def _intend(connection: AsyncConnection, document_id: int, intent: Intent) -> None:
    values = {
        "document": document_id,
        "path": intent.path,
        "sha256_source": intent.sha256_source,
        "entry": entry_document(intent.entry) if intent.entry else None,
    }
    if not (await connection.execute(_changed(), values)).rowcount:
        raise NotStoredError("transfer", document_id)


@cache
def _one() -> Select[Any]:
    return select(transfers).where(transfers.c.document_id == bindparam("document"))


@cache
def _changed() -> Update:
    return update(transfers).where(transfers.c.document_id == bindparam("document"))


@cache
def _forgotten() -> Delete:
    return delete(transfers).where(transfers.c.document_id == bindparam("document"))


@cache
def _others() -> Select[Any]:
    """Select the tracks of other documents that have a path."""
    its_path = tracks.c.path == bindparam("path", type_=tracks.c.path.type)
    return select(tracks.c.id).where(its_path, tracks.c.document_id != bindparam("document"))


def _transfer(row: Row[Any]) -> Transfer:
    return Transfer(row.document_id, row.size, row.part_size, row.done, _intent(row))


def _intent(row: Row[Any]) -> Intent | None:
    if row.path is None:
        return None
    return Intent(row.path, row.sha256_source, entry_from(row.entry) if row.entry else None)
