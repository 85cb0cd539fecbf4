from __future__ import annotations

import sqlite3
import zlib
from hashlib import sha256
from pathlib import Path
from random import Random
from threading import Event
from typing import Any

import pytest

from bench.safety.damaging import WAYS, flipped, plain_of, saying, sealed
from storage import archive
from storage.archive import contents_of, unpack
from storage.errors import (
    BackupBrokenError,
    BackupError,
    BackupKeyError,
    DiskFailure,
    NewerBackupError,
    NotABackupError,
)
from storage.segments import SEGMENT, SegmentKey
from tests.storage.backed import LATER, backed_up


def resealed(path: Path, key: SegmentKey, **said: Any) -> Path:
    """Seal a backup anew that says something else of itself."""
    other = path.with_name("other.tadbackup")
    other.write_bytes(saying(path.read_bytes(), key, **said))
    return other


async def test_what_a_backup_holds_is_told_without_unpacking_it(tmp_path: Path) -> None:
    backup, key = await backed_up(tmp_path)
    contents = contents_of(backup.path, key)

    assert backup.contents == contents
    assert (LATER, "1.0", 3) == (contents.made_at, contents.program, contents.holdings.files)


async def test_what_was_packed_is_the_same_database_again(tmp_path: Path) -> None:
    backup, key = await backed_up(tmp_path)
    unpack(backup.path, key, tmp_path / "again.db", Event())
    database = sqlite3.connect(tmp_path / "again.db")
    rows = database.execute("select count(*) from tracks").fetchone()
    database.close()

    assert (3,) == rows
    assert backup.contents.size == (tmp_path / "again.db").stat().st_size


async def test_a_damaged_backup_is_refused_however_it_was_damaged(tmp_path: Path) -> None:
    backup, key = await backed_up(tmp_path, count=1200)
    whole = backup.path.read_bytes()
    for number in range(20):
        backup.path.write_bytes(WAYS[number % len(WAYS)](whole, Random(number)))
        with pytest.raises(BackupError):
            unpack(backup.path, key, tmp_path / f"{number}.db", Event())

    assert len(whole) > 3 * SEGMENT


async def test_each_reason_for_which_a_backup_is_refused_is_told_apart(tmp_path: Path) -> None:
    backup, key = await backed_up(tmp_path)
    stranger = SegmentKey(b"another.", b"k" * 32, archive.PURPOSE)
    elsewhere = SegmentKey(key.id, key.key, "library")
    other = tmp_path / "song.mp3"
    other.write_bytes(b"ID3" + bytes(5000))
    rows = {**backup.contents.holdings.rows, "tracks": 4}
    cases: list[tuple[type[Exception], Path, SegmentKey]] = [
        (NotABackupError, other, key),
        (BackupKeyError, backup.path, stranger),
        (BackupBrokenError, backup.path, elsewhere),
        (DiskFailure, tmp_path / "none.tadbackup", key),
    ]
    for wrong, path, opener in cases:
        with pytest.raises(wrong):
            unpack(path, opener, tmp_path / "again.db", Event())
    for wrong, said in (
        (NewerBackupError, {"format": 2}),
        (NewerBackupError, {"schema": "9999"}),
        (BackupBrokenError, {"rows": rows}),
        (BackupBrokenError, {"members": {}}),
    ):
        path = resealed(backup.path, key, **said)
        with pytest.raises(wrong):
            unpack(path, key, tmp_path / f"{len(str(said))}.db", Event())


async def test_a_database_that_was_damaged_before_it_was_sealed_is_refused(tmp_path: Path) -> None:
    backup, key = await backed_up(tmp_path, count=50)
    unpack(backup.path, key, tmp_path / "again.db", Event())
    damaged = bytearray((tmp_path / "again.db").read_bytes())
    damaged[8 * 4096 : 9 * 4096] = b"\xff" * 4096
    path = resealed_with(backup.path, key, bytes(damaged))
    with pytest.raises(BackupBrokenError):
        unpack(path, key, tmp_path / "damaged.db", Event())


def resealed_with(path: Path, key: SegmentKey, database: bytes) -> Path:
    members = {"tad.db": {"size": len(database), "sha256": sha256(database).hexdigest()}}
    said = plain_of(saying(path.read_bytes(), key, members=members), key)
    length = int.from_bytes(said[:4], "big")
    other = path.with_name("other.tadbackup")
    other.write_bytes(sealed(said[: 4 + length] + zlib.compress(database), key))
    return other


async def test_one_wrong_bit_is_enough(tmp_path: Path) -> None:
    backup, key = await backed_up(tmp_path)
    whole = backup.path.read_bytes()
    for number in range(30):
        backup.path.write_bytes(flipped(whole, Random(number)))
        with pytest.raises(BackupError):
            unpack(backup.path, key, tmp_path / f"{number}.db", Event())
