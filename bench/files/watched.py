"""Says where each stage of the product's work is done, and puts the stopwatch there."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import aiosqlite

import storage.database
import storage.files
from bench.files.stages import Stage, Steps, Stopwatch
from downloader.telegram.packets import Packets
from storage.catalog import Catalog
from storage.chats import Chats
from storage.files import Files
from storage.items import Items
from storage.jobs import Jobs
from storage.parts import PartFile
from storage.transfers import Transfers

DONE_BY: tuple[tuple[Stage, object, str], ...] = (
    (Stage.BYTES, Packets, "buffer_updated"),
    (Stage.BYTES, PartFile, "_write"),
    (Stage.HASHING, PartFile, "_digests"),
    (Stage.HASHING, storage.files, "sha256_of"),
    (Stage.SYNC, PartFile, "_sync"),
    (Stage.SYNC, Files, "_sync_part"),
    (Stage.SYNC, Files, "_place"),
)
TABLES = (Catalog, Chats, Items, Jobs, Transfers)


def watch_all(watch: Stopwatch) -> None:
    """Count the stages from now on, in this process, for good."""
    for stage, owner, name in DONE_BY:
        setattr(owner, name, watch.around(stage, getattr(owner, name)))
    for table in TABLES:
        watch.on_all(Stage.DATABASE, table)
    _watch_the_driver(watch)


def _watch_the_driver(watch: Stopwatch) -> None:
    """Count what the database does in other tasks and threads than the one that asks."""
    unbroken: Any = vars(storage.database)["unbroken"]
    order: Any = aiosqlite.Connection._execute  # noqa: SLF001  # there is no other seam

    async def steps_of(steps: Coroutine[Any, Any, Any]) -> Any:
        return await unbroken(Steps(steps, watch, Stage.DATABASE))

    async def ordered(
        self: aiosqlite.Connection, function: Callable[..., Any], *args: Any, **options: Any
    ) -> Any:
        def counted() -> Any:
            with watch.computing(Stage.DATABASE):
                return function(*args, **options)

        return await order(self, counted)

    vars(storage.database)["unbroken"] = steps_of
    setattr(aiosqlite.Connection, "_execute", ordered)  # noqa: B010  # mypy refuses the plain way
