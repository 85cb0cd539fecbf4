"""Files that we lay beside tracks, covers, texts and lists, and how to tell them from others'."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from pathlib import PurePosixPath

from sqlalchemy import delete, select, update

from storage.database import Database
from storage.errors import NameTaken
from storage.files import Files
from storage.tables import companions
from storage.upsert import upsert


class Companions:
    """What somebody else has written, or changed, is left as it is."""

    def __init__(self, database: Database, files: Files) -> None:
        self._database = database
        self._files = files
        # Of two that lay a file at once, the row of the slower one would disown the other's.
        self._lock = asyncio.Lock()

    async def put(self, path: PurePosixPath, body: bytes) -> bool:
        """Write a file, or write it anew; False where one of somebody else's has its name.

        It is there whole, or as it was before.
        """
        async with self._lock:
            return await self._put(path, body)

    async def drop(self, path: PurePosixPath) -> None:
        """Remove a file if it is ours, and know nothing of it any more."""
        for digest in await self._ours(path):
            await self._files.beside.drop(path, digest)
        async with self._database.write() as connection:
            await connection.execute(delete(companions).where(companions.c.path == path))

    async def is_ours(self, path: PurePosixPath) -> bool:
        return await self._files.digest_published(path) in await self._ours(path)

    async def renamed(self, old: PurePosixPath, new: PurePosixPath) -> None:
        """Note that a file has another name."""
        async with self._database.write() as connection:
            its = companions.c.path == old
            if await connection.scalar(select(companions.c.path).where(its)) is None:
                return
            await connection.execute(delete(companions).where(companions.c.path == new))
            await connection.execute(update(companions).where(its).values(path=new))

    async def below(self, folder: PurePosixPath) -> list[PurePosixPath]:
        """Return what we have written below a folder, in order."""
        async with self._database.read() as connection:
            paths = await connection.scalars(select(companions.c.path))
            return sorted(path for path in paths if path.is_relative_to(folder))

    async def _put(self, path: PurePosixPath, body: bytes) -> bool:
        ours = await self._ours(path)
        wanted, there = sha256(body).hexdigest(), await self._files.digest_published(path)
        if there is not None and there not in ours:
            return False
        if wanted == there == ours[0]:
            return True
        row = {"path": path, "sha256": wanted, "former": there or ""}
        async with self._database.write() as connection:
            await upsert(connection, companions, row)
        try:
            await self._files.beside.put(path, body, there)
        except NameTaken:
            return False
        return True

    async def _ours(self, path: PurePosixPath) -> list[str]:
        """Return which SHA-256 a file of ours may have there."""
        wanted = select(companions).where(companions.c.path == path)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).first()
        return [digest for digest in (row.sha256, row.former) if digest] if row else []
