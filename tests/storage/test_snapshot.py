from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from threading import Event

import pytest

from storage import snapshot
from storage.errors import DatabaseBusyError, DatabaseDamagedError, DiskFailure
from storage.snapshot import GivenUpError
from storage.store import Store
from tests.storage.backed import database_in, fill


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("copied.db*")]


async def test_a_copy_holds_what_was_committed_and_nothing_else(
    store: Store, tmp_path: Path
) -> None:
    await fill(store, 3)
    copied = tmp_path / "copied.db"
    with sqlite3.connect(database_in(tmp_path), isolation_level=None) as other:
        other.execute("begin immediate")
        other.execute("delete from tracks")
        await asyncio.to_thread(snapshot.copy, database_in(tmp_path), copied, Event())
        other.execute("rollback")
    other.close()
    snapshot.check(copied)
    found = snapshot.holdings(copied)

    assert (3, 3000) == (found.files, found.bytes)
    assert 3 == found.rows["tracks"]
    assert ["copied.db"] == names(tmp_path)


async def test_a_copy_that_nobody_waits_for_ends(store: Store, tmp_path: Path) -> None:
    await fill(store, 1)
    given_up = Event()
    given_up.set()
    with pytest.raises(GivenUpError):
        await asyncio.to_thread(
            snapshot.copy, database_in(tmp_path), tmp_path / "copied.db", given_up
        )


def test_nothing_is_copied_where_nothing_is(tmp_path: Path) -> None:
    with pytest.raises(DiskFailure):
        snapshot.copy(tmp_path / "tad.db", tmp_path / "copied.db", Event())

    assert [] == [*tmp_path.iterdir()]


async def test_a_damaged_page_is_found(store: Store, tmp_path: Path) -> None:
    await fill(store, 50)
    copied = tmp_path / "copied.db"
    await asyncio.to_thread(snapshot.copy, database_in(tmp_path), copied, Event())
    data = bytearray(copied.read_bytes())
    data[8 * 4096 : 9 * 4096] = b"\xff" * 4096
    copied.write_bytes(data)
    with pytest.raises(DatabaseDamagedError):
        snapshot.check(copied)


async def test_a_database_that_somebody_has_open_does_not_settle(
    store: Store, tmp_path: Path
) -> None:
    await fill(store, 1)
    with pytest.raises(DatabaseBusyError):
        await asyncio.to_thread(snapshot.settle, database_in(tmp_path))


def test_a_file_that_is_no_database_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "tad.db").write_bytes(b"no database at all" * 1000)
    with pytest.raises(DatabaseDamagedError):
        snapshot.holdings(tmp_path / "tad.db")
