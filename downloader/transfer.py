"""Moves one document from a source into its part file; resumable after every synced part."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from downloader.backlog import Backlog
from downloader.clock import Clock
from downloader.errors import DownloaderError
from downloader.move import Arrived, Move, Pace
from downloader.parts import Layout
from downloader.proof import CheckBytes, Proofs
from downloader.room import Room
from downloader.source import RemoteFile
from storage.errors import DiskFailure, DiskTrouble, StorageError
from storage.models import Transfer
from storage.parts import PartFile
from storage.store import Store


class Carrier:
    """Takes up what is on disk of a document already, and moves the rest."""

    def __init__(
        self,
        store: Store,
        room: Room,
        clock: Clock,
        pace: Pace,
        check_bytes: CheckBytes = CheckBytes.RISKY,
    ) -> None:
        self._files = store.files
        self._rows = store.transfers
        self._room = room
        self._clock = clock
        self._pace = pace
        self._backlog = Backlog()
        self._proofs = Proofs(check_bytes, clock)

    async def is_whole(self, row: Transfer | None, size: int) -> bool:
        """Tell whether every byte is on disk."""
        if row is None or row.size != size:
            return False
        part = await self._files.open_part(row.document_id)
        if part is None:
            return False
        async with part:
            layout = Layout(size, row.part_size)
            return layout.bytes_done(await _believed(part, row)) == size

    async def is_ready(self, row: Transfer | None, size: int) -> bool:
        """Tell whether nothing more need be asked of Telegram."""
        if row is None or not await self.is_whole(row, size):
            return False
        # Nothing gets so far as to be named before it is proven.
        return row.intent is not None or self._proofs.are_done(row.document_id, size)

    async def fetch(
        self, remote: RemoteFile, document_id: int, stored: Transfer | None, arrived: Arrived
    ) -> None:
        """Bring what is missing of the document; `arrived` is told the bytes here so far.

        `stored` is what the last fetch has stored of it.
        """
        row, part = await self._taken_up(document_id, remote.size, stored)
        async with part:
            if row is stored:
                row = replace(row, done=await _believed(part, row))
                await self._room.check(await self.lacking(document_id, row.size))
            proof = self._proofs.of(remote, part, row)
            move = Move(
                remote, part, row, self._rows, self._clock, self._pace, self._backlog, arrived,
                proof=proof,
            )  # fmt: skip
            try:
                await move.finish()
            except DiskFailure as failure:
                if move.is_spoiled and failure.kind is DiskTrouble.BROKEN:
                    await self.discard(document_id)
                raise
            except DownloaderError:
                await self._drop_unclaimed(document_id)
                raise

    def forget(self, document_id: int) -> None:
        """Note that the document has gone to the library."""
        self._proofs.forget(document_id)

    async def lacking(self, document_id: int, size: int) -> int:
        """Return how many bytes of the disk the document is still to take."""
        return max(0, size - await self._files.occupied(document_id))

    async def discard(self, document_id: int) -> None:
        """Drop what is here of the document, the claims first."""
        self._proofs.forget(document_id)
        await self._rows.forget(document_id)
        await self._files.drop_part(document_id)

    async def _drop_unclaimed(self, document_id: int) -> None:
        """Give back the room of a part in which nothing is claimed: many may wait for long."""
        with suppress(StorageError):
            if await self._rows.get(document_id) is None:
                await self._files.drop_part(document_id)

    async def _taken_up(
        self, document_id: int, size: int, row: Transfer | None
    ) -> tuple[Transfer, PartFile]:
        """Return what is here of the document, or a new and empty part."""
        if row is not None and row.size == size:
            part = await self._files.open_part(document_id)
            if part is not None:
                return row, part
        if row is not None:
            # The claims go first: a new, empty part under old claims would pass for a whole file.
            await self._rows.forget(document_id)
        await self._files.drop_part(document_id)
        layout = Layout(size)
        async with self._room.reserved(size):
            part = await self._files.create_part(document_id, size)
        # Nothing is stored yet: a part without claims is swept away at the next start.
        return Transfer(document_id, size, layout.part_size, layout.nothing()), part


async def _believed(part: PartFile, row: Transfer) -> bytes:
    """Return the bitmap without the parts that the file is too short for."""
    return Layout(row.size, row.part_size).trimmed(row.done, await part.size())
