"""How far the bytes of each document have come, and the name they are about to get."""

from __future__ import annotations

from pathlib import PurePosixPath

from sqlalchemy import delete, select, update

from storage.database import Database
from storage.errors import NotStoredError
from storage.models import Transfer
from storage.tables import transfers
from storage.upsert import upsert


class Transfers:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, document_id: int) -> Transfer | None:
        wanted = select(transfers).where(transfers.c.document_id == document_id)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).first()
        return Transfer(row.document_id, row.size, row.part_size, row.done) if row else None

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

    async def intend(self, document_id: int, path: PurePosixPath, sha256_source: str) -> None:
        """Store under which name these bytes are about to be published.

        After a kill the file of that name with these bytes is ours, and is adopted.
        """
        change = (
            update(transfers)
            .where(transfers.c.document_id == document_id)
            .values(path=path, sha256_source=sha256_source)
        )
        async with self._database.write() as connection:
            if not (await connection.execute(change)).rowcount:
                raise NotStoredError("transfer", document_id)

    async def intended(self, document_id: int) -> tuple[PurePosixPath, str] | None:
        wanted = select(transfers.c.path, transfers.c.sha256_source).where(
            transfers.c.document_id == document_id, transfers.c.path.is_not(None)
        )
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).first()
        return (row.path, row.sha256_source) if row else None

    async def forget(self, document_id: int) -> None:
        async with self._database.write() as connection:
            await connection.execute(
                delete(transfers).where(transfers.c.document_id == document_id)
            )

    async def documents(self) -> frozenset[int]:
        async with self._database.read() as connection:
            return frozenset(await connection.scalars(select(transfers.c.document_id)))

    async def intended_documents(self) -> frozenset[int]:
        """Return the documents that are about to get a name, or have just got it."""
        intended = select(transfers.c.document_id).where(transfers.c.path.is_not(None))
        async with self._database.read() as connection:
            return frozenset(await connection.scalars(intended))
