from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from bot.complaints import complaint
from storage.errors import (
    BackupBrokenError,
    BackupKeyError,
    DatabaseBusyError,
    DatabaseDamagedError,
    DiskFailure,
    DiskTrouble,
    InUseError,
    KeyMissingError,
    KeyWrongError,
    NameTaken,
    NewerBackupError,
    NewerSchemaError,
    NotABackupError,
    NotStoredError,
    StorageError,
)

PATH = PurePosixPath("/data/x")


@pytest.mark.parametrize("kind", DiskTrouble)
def test_f33_f34_trouble_with_the_disk_names_the_path_and_what_to_do(kind: DiskTrouble) -> None:
    line = complaint(DiskFailure(kind, PATH))

    assert line.startswith("/data/x: ")
    assert 2 == line.count(": ")


@pytest.mark.parametrize(
    ("error", "piece"),
    [
        (NewerSchemaError("0009"), "newer version of this program (0009)"),
        (DatabaseDamagedError(PATH, "no header"), "/data/x is damaged (no header): restore it"),
        (DatabaseBusyError(PATH), "/data/x is held by another program"),
        (InUseError(PATH), "/data/x is held by another program"),
        (KeyMissingError(Path("/data/key")), "/data/key is missing: put the key back"),
        (NameTaken(PATH), "/data/x is there already: choose another name"),
        (NotABackupError(PATH), "/data/x is no backup of this program: choose another"),
        (BackupBrokenError(PATH), "/data/x is damaged: it was changed or cut; take another"),
        (BackupKeyError(PATH), "/data/x was sealed with another key: put the key file"),
        (NewerBackupError(PATH, "9.1"), "newer version of this program (9.1): restore it with"),
        (KeyWrongError(Path("/data/key")), "/data/key holds another key"),
        (NotStoredError("job", 7), "job 7"),
    ],
)
def test_every_error_of_storage_is_one_line(error: StorageError, piece: str) -> None:
    line = complaint(error)

    assert piece in line
    assert "\n" not in line
