"""Says in one line why the program cannot start, and what to do. Pure; imports nothing heavy."""

from __future__ import annotations

from storage.errors import (
    DatabaseBusyError,
    DatabaseDamagedError,
    DiskFailure,
    DiskTrouble,
    KeyMissingError,
    KeyWrongError,
    NewerSchemaError,
    StorageError,
)

_DISK = {
    DiskTrouble.FULL: "the disk is full: make room",
    DiskTrouble.DENIED: "permission denied: give the user that runs this the right to write there",
    DiskTrouble.READ_ONLY: "the file system is read-only: mount it writable",
    DiskTrouble.BROKEN: "the disk does not answer as it should: look at the system's log",
}


def complaint(error: StorageError) -> str:
    match error:
        case DiskFailure(kind=kind, path=path):
            line = f"{path}: {_DISK[kind]}"
        case NewerSchemaError(version=version):
            line = (
                f"The database was written by a newer version of this program ({version}): "
                "start that version, or restore an older backup"
            )
        case DatabaseDamagedError(path=path, detail=detail):
            line = f"{path} is damaged ({detail}): restore it from a backup"
        case DatabaseBusyError(path=path):
            line = f"{path} is held by another program: stop that one first"
        case KeyMissingError(key_file=path):
            line = f"{path} is missing: put the key back, or log the accounts in again"
        case KeyWrongError(key_file=path):
            line = f"{path} holds another key: put the right one back"
        case _:
            line = str(error)
    return line
