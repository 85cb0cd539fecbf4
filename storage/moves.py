"""Files on their way from one name in the library to another, or from one content to another.

Before a file moves it is stored that it is to, and the row goes when nothing is left to do; so
whoever comes after a kill goes on where it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.errors import NameTaken
from storage.tables import moves, tracks, transfers
from storage.upsert import upsert


@dataclass(frozen=True, slots=True)
class Refiling:
    """A file that gets another name, or under its name another content.

    `sha256` and `size`, in bytes, are those that it has then.
    """

    track_id: int
    from_path: PurePosixPath
    to_path: PurePosixPath
    sha256: str
    size: int

    @property
    def is_rewriting(self) -> bool:
        return self.from_path == self.to_path


class Moves:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, refiling: Refiling) -> None:
        """Store what is about to happen; raises `NameTaken` where the name is another file's."""
        row = {
            "track_id": refiling.track_id,
            "from_path": refiling.from_path,
            "to_path": refiling.to_path,
            "sha256": refiling.sha256,
            "size": refiling.size,
        }
        async with self._database.write() as connection:
            if await _is_anothers(connection, refiling):
                raise NameTaken(refiling.to_path)
            await upsert(connection, moves, row)

    async def unfinished(self) -> list[Refiling]:
        async with self._database.read() as connection:
            rows = await connection.execute(select(moves).order_by(moves.c.track_id))
            return [
                Refiling(row.track_id, row.from_path, row.to_path, row.sha256, row.size)
                for row in rows
            ]

    async def switch(self, refiling: Refiling) -> bool:
        """Let the catalogue know the file as it is now.

        False where the track has got another file meanwhile, or none: then nothing is changed.
        """
        its = (tracks.c.id == refiling.track_id) & tracks.c.path.in_(
            [refiling.from_path, refiling.to_path]
        )
        values: dict[str, Any] = {"path": refiling.to_path}
        if refiling.is_rewriting:
            # By the size of what came, the same bytes are known when they are posted again.
            values |= {"sha256": refiling.sha256, "published_size": refiling.size}
        async with self._database.write() as connection:
            found = await connection.execute(update(tracks).where(its).values(values))
            return bool(found.rowcount)

    async def end(self, refiling: Refiling) -> None:
        """Forget it: all is done, or nothing can be."""
        its = moves.c.track_id == refiling.track_id
        async with self._database.write() as connection:
            await connection.execute(delete(moves).where(its))


async def _is_anothers(connection: AsyncConnection, refiling: Refiling) -> bool:
    path, own = refiling.to_path, refiling.track_id
    wanted = (
        select(tracks.c.id).where(tracks.c.path == path, tracks.c.id != own),
        select(moves.c.track_id).where(moves.c.to_path == path, moves.c.track_id != own),
        select(transfers.c.document_id).where(transfers.c.path == path),
    )
    for one in wanted:
        if await connection.scalar(one.limit(1)) is not None:
            return True
    return False
