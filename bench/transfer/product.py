"""The whole engine among the clients: jobs, retries, checks and the library, for the same files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256

from bench.light import carried_out
from bench.transfer.child import Words
from bench.transfer.contender import CHAT, Site
from bench.transfer.ours import open_pool
from downloader.clock import Clock
from downloader.engine import Engine
from storage.models import JobState, Request
from storage.store import Store

_WORKERS = 8


class NotSavedError(Exception):
    """The job of a file has ended without it."""


class Product:
    def __init__(self, engine: Engine, store: Store) -> None:
        self._engine = engine
        self._store = store
        self._paths: dict[int, str] = {}

    async def look_up(self, messages: Sequence[int]) -> None:
        """Do nothing: a job looks up for itself."""

    async def fetch(self, message: int, *, keep: bool) -> None:  # noqa: ARG002  # it keeps all
        request = Request(f"@{CHAT}", 1, message_ids=(message,))
        job = await carried_out(self._engine, request)
        if job.state is not JobState.DONE:
            [item] = await self._store.items.of_job(job.id)
            raise NotSavedError(f"{item.reason} {item.detail}")

    async def digest(self, message: int) -> str | None:
        for track in await self._store.catalog.every():
            if track.path is not None and track.name == f"{message}.mp3":
                path = self._store.files.locate(track.path)
                return sha256(await asyncio.to_thread(path.read_bytes)).hexdigest()
        return None

    def facts(self, size: int) -> Words:  # noqa: ARG002
        return {}


@asynccontextmanager
async def open_product(site: Site) -> AsyncIterator[Product]:
    async with open_pool(site) as (pool, store), asyncio.TaskGroup() as tasks:
        engine = Engine(store, pool, Clock(), workers=_WORKERS)
        running = tasks.create_task(engine.run())
        yield Product(engine, store)
        running.cancel()
