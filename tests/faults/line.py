"""The engine over the real adapter and the sandbox, from Telegram to the library."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from downloader.pool import Pool
from downloader.proof import CheckBytes
from storage.models import Item, Job
from tests.downloader.rig import Rig
from tests.downloader.scripted import ScriptedSource
from tests.downloader.telegram.stand import Stand


class Line(Rig):
    """A rig whose source is the sandbox; its time passes as fast as it is slept."""

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[None]:
        async with self.time.passing(), self.running():
            yield

    async def fetched(self) -> tuple[Job, list[Item]]:
        """Run a job for everything in @jazz to its end."""
        async with self.passing():
            job = await self.ended((await self.submit(limit=100)).id)
        return job, await self.items(job.id)


@asynccontextmanager
async def open_line(
    stand: Stand, folder: Path, *, check_bytes: CheckBytes = CheckBytes.RISKY, workers: int = 3
) -> AsyncIterator[Line]:
    line = Line(stand.store, folder, ScriptedSource())
    stand.clock = line.time.clock
    async with stand.sources() as sources:
        pool = Pool(sources, stand.store, line.time.clock)
        line.build(pool, workers=workers, check_bytes=check_bytes)
        yield line


def wanted(stand: Stand) -> list[str]:
    """Return the SHA-256 of every document there is, sorted."""
    return sorted(document.digest() for document in stand.world.documents.values())
