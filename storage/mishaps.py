"""What SQLite's errors mean. The only module that knows them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError

from storage.errors import (
    DatabaseBusyError,
    DatabaseDamagedError,
    DiskFailure,
    DiskTrouble,
    StorageError,
    disk_failure,
)

_DISK_TROUBLES = {
    sqlite3.SQLITE_FULL: DiskTrouble.FULL,
    sqlite3.SQLITE_PERM: DiskTrouble.DENIED,
    sqlite3.SQLITE_IOERR: DiskTrouble.BROKEN,
    sqlite3.SQLITE_IOERR_SHMSIZE: DiskTrouble.FULL,  # no room for the index of the WAL
}
_NOT_OPENED = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}


@contextmanager
def our_errors(path: Path) -> Iterator[None]:
    """Translate SQLite's errors about the database at `path` into ours."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        if ours := _translated(error.orig if isinstance(error, DBAPIError) else error, path):
            raise ours from error
        raise


def give_up_what_is_read_only(context: ExceptionContext) -> None:
    """Open every connection anew after such an error; a listener of SQLAlchemy.

    A file that cannot be opened for writing at some moment is opened for reading by SQLite, which
    says so to nobody: every write through that connection would fail for ever.
    """
    if _code(context.original_exception) & 0xFF in _NOT_OPENED:
        context.is_disconnect = True


def _translated(error: BaseException | None, path: Path) -> StorageError | None:
    extended = _code(error)
    code = extended & 0xFF
    if code in _NOT_OPENED:
        return DiskFailure(_why_not_opened(path), path)
    if kind := _DISK_TROUBLES.get(extended) or _DISK_TROUBLES.get(code):
        return DiskFailure(kind, path)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return DatabaseBusyError(path)
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return DatabaseDamagedError(path, str(error))
    return None


def _why_not_opened(path: Path) -> DiskTrouble:
    """Look for the reason, which SQLite does not tell.

    Never by opening the file: to close it again would end every lock that this process has on it
    (https://sqlite.org/howtocorrupt.html, 2.2).
    """
    try:
        os.close(os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
    except OSError as error:
        return disk_failure(error, path).kind
    for place in (path, path.parent):
        if not os.access(place, os.R_OK | os.W_OK):
            is_read_only = os.statvfs(path.parent).f_flag & os.ST_RDONLY
            return DiskTrouble.READ_ONLY if is_read_only else DiskTrouble.DENIED
    # It could be opened now: whatever there was too little of has been given back.
    return DiskTrouble.CROWDED


def _code(error: BaseException | None) -> int:
    # The driver's own complaints, about a closed connection say, carry none.
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK))
