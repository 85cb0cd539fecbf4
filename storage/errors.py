"""What can go wrong between memory and disk.

StorageError
├── DiskFailure             our disk: full, denied, missing, broken and so on; or a locked file
├── NameTaken               the name in the library belongs to another file
├── FileGoneError           the file that a track had in the library is not there
├── PlaylistExistsError     the person has a list of that name
├── NotStoredError          the row that was named does not exist
├── ActedBeforeError        the update that something is written for has acted already
├── NewerSchemaError        a newer version of the program wrote this
├── DatabaseDamagedError    the database file is not one, or no longer
├── DatabaseBusyError       another program held the database for too long
├── InUseError              another program works in this folder
├── BackupError             a backup cannot be used
│   ├── NotABackupError     the file is none of ours
│   ├── BackupBrokenError   it was changed or cut
│   ├── BackupKeyError      another key sealed it
│   └── NewerBackupError    a newer version of the program made it
├── QueryError              what is looked for cannot be understood (`storage.query.errors`)
└── VaultError              secrets cannot be read
    ├── KeyMissingError     there are secrets, but no key file
    ├── KeyWrongError       the key file holds another key, or none
    ├── LibraryLockedError  the key that new files of the library are sealed with does not open
    └── SealBrokenError     a secret was changed, cut, or belongs elsewhere
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path, PurePath


class DiskTrouble(StrEnum):
    FULL = "full"
    DENIED = "denied"
    READ_ONLY = "read only"
    MISSING = "not there"
    BROKEN = "broken"
    LOCKED = "sealed with another key"
    CROWDED = "too many open files"  # the disk is well; the system lets us open no more


_TROUBLES = {
    errno.ENOSPC: DiskTrouble.FULL,
    errno.EDQUOT: DiskTrouble.FULL,
    errno.EACCES: DiskTrouble.DENIED,
    errno.EPERM: DiskTrouble.DENIED,
    errno.EROFS: DiskTrouble.READ_ONLY,
    errno.ENOENT: DiskTrouble.MISSING,
    errno.ENOTDIR: DiskTrouble.MISSING,
    errno.EMFILE: DiskTrouble.CROWDED,
    errno.ENFILE: DiskTrouble.CROWDED,
}


class StorageError(Exception):
    """Base of all errors below; they carry data, never a sentence."""


class DiskFailure(StorageError):  # noqa: N818 - "error" says less
    def __init__(self, kind: DiskTrouble, path: PurePath) -> None:
        super().__init__(f"{kind}: {path}")
        self.kind = kind
        self.path = path


class NameTaken(StorageError):  # noqa: N818 - a finding, not a fault
    def __init__(self, path: PurePath) -> None:
        super().__init__(str(path))
        self.path = path


class FileGoneError(StorageError):
    def __init__(self, track_id: int) -> None:
        super().__init__(f"track {track_id}")
        self.track_id = track_id


class PlaylistExistsError(StorageError):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NotStoredError(StorageError):
    def __init__(self, kind: str, row_id: int) -> None:
        super().__init__(f"{kind} {row_id}")
        self.kind = kind
        self.row_id = row_id


class ActedBeforeError(StorageError):
    def __init__(self, update_id: int) -> None:
        super().__init__(f"update {update_id}")
        self.update_id = update_id


class NewerSchemaError(StorageError):
    """`version` is what was found: a schema revision, or the version of a stored document."""

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version


class DatabaseDamagedError(StorageError):
    def __init__(self, path: PurePath, detail: str) -> None:
        super().__init__(f"{path}: {detail}")
        self.path = path
        self.detail = detail


class DatabaseBusyError(StorageError):
    def __init__(self, path: PurePath) -> None:
        super().__init__(str(path))
        self.path = path


class InUseError(StorageError):
    def __init__(self, path: PurePath) -> None:
        super().__init__(str(path))
        self.path = path


class BackupError(StorageError):
    def __init__(self, path: PurePath) -> None:
        super().__init__(str(path))
        self.path = path


class NotABackupError(BackupError):
    pass


class BackupBrokenError(BackupError):
    pass


class BackupKeyError(BackupError):
    pass


class NewerBackupError(BackupError):
    """`version` is that of the form, or of the schema in it."""

    def __init__(self, path: PurePath, version: str) -> None:
        super().__init__(path)
        self.version = version


class VaultError(StorageError):
    pass


class KeyMissingError(VaultError):
    def __init__(self, key_file: Path) -> None:
        super().__init__(str(key_file))
        self.key_file = key_file


class KeyWrongError(VaultError):
    def __init__(self, key_file: Path) -> None:
        super().__init__(str(key_file))
        self.key_file = key_file


class LibraryLockedError(VaultError):
    def __init__(self, key_id: str) -> None:
        super().__init__(key_id)
        self.key_id = key_id


class SealBrokenError(VaultError):
    def __init__(self, context: str) -> None:
        super().__init__(context)
        self.context = context


def disk_failure(error: OSError, path: PurePath) -> DiskFailure:
    kind = _TROUBLES.get(error.errno or 0, DiskTrouble.BROKEN)
    return DiskFailure(kind, path)


@contextmanager
def disk_errors(path: PurePath) -> Iterator[None]:
    """Translate the system's errors about `path` into ours."""
    try:
        yield
    except OSError as error:
        raise disk_failure(error, path) from error
