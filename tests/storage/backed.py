"""Backups for tests: an installation with something in it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from random import Random

from storage.archive import PURPOSE
from storage.backups import Backup, Backups
from storage.segments import SegmentKey
from storage.store import DATABASE_NAME, Store
from tests.storage.values import NOW, a_file
from tests.stores import store_at

LATER = datetime(2026, 5, 5, 3, 0, tzinfo=UTC)


async def fill(store: Store, count: int, begin: int = 0) -> None:
    """Enter tracks whose names cannot be packed well."""
    chance = Random(begin)
    titles = [f"{number} {chance.randbytes(60).hex()}" for number in range(begin, begin + count)]
    await store.imports.add([a_file(title) for title in titles], NOW)


async def titles(folder: Path) -> list[str]:
    async with store_at(folder / "data", folder / "music") as store:
        return [track.title for track in await store.catalog.every()]


async def installed(folder: Path, count: int = 3) -> tuple[Backups, SegmentKey]:
    """Make an installation with so many tracks; return its backups, and their key."""
    async with store_at(folder / "data", folder / "music") as store:
        await fill(store, count)
        key = store.vault.segment_key(PURPOSE)
    return Backups(database_in(folder), folder / "data" / "backups", key), key


async def backed_up(folder: Path, count: int = 3) -> tuple[Backup, SegmentKey]:
    backups, key = await installed(folder, count)
    return await backups.make(LATER, "1.0"), key


def database_in(folder: Path) -> Path:
    return folder / "data" / DATABASE_NAME
