"""An installation whose catalogue is filled with tracks that are made up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path, PurePosixPath

from bench.child import ROOT
from bench.search.catalogue import Row, rows
from storage.archive import PURPOSE
from storage.backups import Backups
from storage.description import Description
from storage.entry import Entry
from storage.models import LocalFile
from storage.segments import SegmentKey
from storage.store import DATABASE_NAME, Store, open_store

NOW = datetime(2026, 5, 5, 3, 0, tzinfo=UTC)
VERSION = "bench"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Installation:
    folder: Path
    key: SegmentKey

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def music(self) -> Path:
        return self.folder / "music"

    @property
    def database(self) -> Path:
        return self.data / DATABASE_NAME

    @property
    def backups(self) -> Backups:
        return Backups(self.database, self.folder / "backups", self.key)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[Installation, Store]]:
    async with open_store(folder / "data", folder / "music") as store:
        yield Installation(folder, store.vault.segment_key(PURPOSE)), store


async def installed(folder: Path, tracks: int) -> Installation:
    """Make an installation with so many tracks."""
    async with opened(folder) as (installation, store):
        await fill(store, rows(tracks))
    return installation


def settings_of(folder: Path) -> dict[str, str]:
    """Return the environment in which `python -m bot` works on an installation."""
    return {
        "PYTHONPATH": str(ROOT),
        "BOT_TOKEN": "1:a",
        "OWNER_ID": "1",
        "TELEGRAM_API_ID": "1",
        "TELEGRAM_API_HASH": "0" * 32,
        "DATA_DIR": str(folder / "data"),
        "MUSIC_DIR": str(folder / "music"),
    }


async def fill(store: Store, made_up: Iterator[Row]) -> None:
    while some := [file_of(row) for row in islice(made_up, _AT_ONCE)]:
        await store.imports.add(some, NOW)


def file_of(row: Row) -> LocalFile:
    described = Description(title=row.title, artist=row.artist, album=row.album)
    digest = sha256(str(row.id).encode()).hexdigest()
    path = PurePosixPath(f"{row.id % 100:02}") / f"{row.id}.{row.format}"
    return LocalFile(path, Entry(digest, row.size, description=described))
