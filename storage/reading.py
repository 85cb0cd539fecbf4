"""Reads files that anybody may have changed: never through a link, never a device; blocking."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from threading import Event

from storage.errors import disk_errors

_PIECE = 1 << 20
_GONE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}


@contextmanager
def regular_file(path: Path) -> Iterator[BufferedReader | None]:
    """Open the file for reading; None when there is no ordinary file of that name."""
    with disk_errors(path):
        number = _opened(path)
    if number is None:
        yield None
        return
    with os.fdopen(number, "rb") as file:
        yield file


def sha256_of(path: Path, given_up: Event | None = None) -> str | None:
    """Return the SHA-256 of the file in hex, None when there is none, or nobody waits any more."""
    with regular_file(path) as file, disk_errors(path):
        return None if file is None else digest_of(file, given_up)


def digest_of(file: BufferedReader, given_up: Event | None = None) -> str | None:
    """Return the SHA-256 of what is left of an open file, in hex; None when nobody waits for it."""
    given_up = given_up or Event()
    digest = hashlib.sha256()
    piece = memoryview(bytearray(_PIECE))
    while not given_up.is_set():
        count = file.readinto(piece)
        if not count:
            return digest.hexdigest()
        digest.update(piece[:count])
    return None


def head_of(path: Path, count: int) -> bytes | None:
    with regular_file(path) as file, disk_errors(path):
        return None if file is None else file.read(count)


def size_of(path: Path) -> int | None:
    with regular_file(path) as file, disk_errors(path):
        return None if file is None else os.fstat(file.fileno()).st_size


def is_file(path: Path) -> bool:
    """Tell whether there is an ordinary file; a link to one is not ours to move."""
    with suppress(FileNotFoundError, NotADirectoryError):
        return stat.S_ISREG(path.lstat().st_mode)
    return False


def _opened(path: Path) -> int | None:
    # O_NONBLOCK: opening a pipe would wait for its other end.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        number = os.open(path, flags)
    except OSError as error:
        if error.errno in _GONE:
            return None
        raise
    if stat.S_ISREG(os.fstat(number).st_mode):
        return number
    os.close(number)
    return None
