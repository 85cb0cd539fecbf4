from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from storage.errors import DatabaseDamagedError, DiskFailure, DiskTrouble, StorageError
from storage.mishaps import our_errors
from tests.storage.crowding import no_more_files


def met(path: Path, code: int) -> StorageError:
    """Return what becomes of an error of SQLite with this code."""
    error = sqlite3.OperationalError("words")
    error.sqlite_errorcode = code
    with pytest.raises(StorageError) as ours, our_errors(path):
        raise OperationalError("select", None, error)
    return ours.value


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, DiskTrouble.FULL),
        (sqlite3.SQLITE_IOERR_WRITE, DiskTrouble.BROKEN),
        (sqlite3.SQLITE_IOERR_FSYNC, DiskTrouble.BROKEN),
        (sqlite3.SQLITE_IOERR_SHMSIZE, DiskTrouble.FULL),
        (sqlite3.SQLITE_PERM, DiskTrouble.DENIED),
    ],
)
def test_f32_f35_an_error_of_the_disk_keeps_its_kind(
    tmp_path: Path, code: int, kind: DiskTrouble
) -> None:
    failure = met(tmp_path / "tad.db", code)

    assert isinstance(failure, DiskFailure)
    assert kind is failure.kind


NOT_OPENED = [sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY]


@pytest.mark.parametrize("code", NOT_OPENED)
def test_f37_too_many_open_files_are_no_missing_permission(tmp_path: Path, code: int) -> None:
    path = tmp_path / "tad.db"
    path.touch()

    with no_more_files():
        failure = met(path, code)

    assert isinstance(failure, DiskFailure)
    assert DiskTrouble.CROWDED is failure.kind


@pytest.mark.parametrize("code", NOT_OPENED)
def test_f34_a_folder_that_is_gone_is_no_missing_permission(tmp_path: Path, code: int) -> None:
    failure = met(tmp_path / "gone" / "tad.db", code)

    assert isinstance(failure, DiskFailure)
    assert DiskTrouble.MISSING is failure.kind


@pytest.mark.parametrize("code", NOT_OPENED)
def test_f37_what_can_be_opened_again_is_tried_again(tmp_path: Path, code: int) -> None:
    path = tmp_path / "tad.db"
    path.touch()

    failure = met(path, code)

    assert isinstance(failure, DiskFailure)
    assert DiskTrouble.CROWDED is failure.kind


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
@pytest.mark.parametrize("code", NOT_OPENED)
def test_f33_a_missing_permission_is_told(tmp_path: Path, code: int) -> None:
    path = tmp_path / "tad.db"
    path.touch()
    path.chmod(0o400)

    failure = met(path, code)

    assert isinstance(failure, DiskFailure)
    assert DiskTrouble.DENIED is failure.kind


def test_f44_a_damaged_database_is_told(tmp_path: Path) -> None:
    assert isinstance(met(tmp_path / "tad.db", sqlite3.SQLITE_CORRUPT), DatabaseDamagedError)


def test_an_error_that_says_nothing_of_the_disk_stays_what_it_is(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("near 'selct': syntax error")
    with pytest.raises(OperationalError), our_errors(tmp_path / "tad.db"):
        raise OperationalError("selct", None, error)
