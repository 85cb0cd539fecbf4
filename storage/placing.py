"""Gives a finished file its name, durably and without ever overwriting another; blocking."""

from __future__ import annotations

import ctypes
import errno
import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from storage.errors import NameTaken

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1

# What a file system answers when it lacks the operation. EPERM: FAT has no links, and the kernel
# may forbid links to files of others (fs.protected_hardlinks).
_UNSUPPORTED = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EMLINK}


def place(source: Path, target: Path) -> None:
    """Move `source` to `target` on the same file system; raises `NameTaken`."""
    place_by((by_link, by_rename, by_reserving), source, target)


def place_by(ways: Sequence[Callable[[Path, Path], None]], source: Path, target: Path) -> None:
    """Take the first way that the file system supports."""
    for way in ways[:-1]:
        try:
            return way(source, target)
        except OSError as error:
            if error.errno not in _UNSUPPORTED:
                raise
    return ways[-1](source, target)


def name_too(source: Path, target: Path) -> None:
    """Give a file another name, and let it keep its own where the file system has links."""
    place_by((beside_by_link, by_rename, by_reserving), source, target)


def by_link(source: Path, target: Path) -> None:
    beside_by_link(source, target)
    source.unlink()


def beside_by_link(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError as error:
        raise NameTaken(target) from error
    sync_folder(target.parent)  # durable under the new name before the old one goes


def by_rename(source: Path, target: Path) -> None:
    """Ask the kernel for a rename that refuses to replace (Linux >= 3.15)."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    names = os.fsencode(source), os.fsencode(target)
    if rename(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_NOREPLACE) == 0:
        sync_folder(target.parent)
        return
    code = ctypes.get_errno()
    if code == errno.EEXIST:
        raise NameTaken(target)
    raise OSError(code, os.strerror(code), str(target))


def by_reserving(source: Path, target: Path) -> None:
    """Take the name with an empty file, then rename over that.

    The last resort, for one process at a time. A kill in between leaves the empty file, so an
    empty file counts as reserved: there is nothing in it to lose.
    """
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError as error:
        if not _is_reserved(target):
            raise NameTaken(target) from error
    source.rename(target)
    sync_folder(target.parent)


def drop_reservation(target: Path) -> None:
    """Remove what a kill in between has left; whatever else is there stays."""
    if _is_reserved(target):
        target.unlink()


def _is_reserved(target: Path) -> bool:
    found = target.lstat()
    return not found.st_size and stat.S_ISREG(found.st_mode)


def sync_folder(folder: Path) -> None:
    """Make the names in the folder durable, as far as the file system can be asked for it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # fsync(2): what this is cannot be synced
            raise
    finally:
        os.close(descriptor)
