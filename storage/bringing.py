"""Brings files of elsewhere into the library, durably and without overwriting; blocking."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from io import BufferedReader
from itertools import count
from pathlib import Path, PurePosixPath
from secrets import token_hex
from threading import Event

from storage.errors import NameTaken, disk_errors
from storage.folders import FolderNames, folder_like, make_folders
from storage.keyring import Keyring
from storage.names import folded, numbered
from storage.placing import place, sync_folder
from storage.reading import regular_file, sha256_of, size_of

_PIECE = 1 << 20
# Another file system, one that has no links, a file that is not ours to link, or is gone.
_NO_LINK = {
    errno.EXDEV, errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK,
    errno.ENOENT,
}  # fmt: skip


class Bringer:
    """Links or copies files into the library under `root`; `workshop` is on its file system.

    Where the library is sealed, they are copied: the files of elsewhere stay as they are.
    """

    def __init__(self, root: Path, workshop: Path, names: FolderNames, keyring: Keyring) -> None:
        self._root = root
        self._names = names
        self._keyring = keyring
        # No process number tells two imports apart that run in containers.
        self._copy = workshop / f"import-{token_hex(8)}.part"

    def bring(self, source: Path, wanted: PurePosixPath, given_up: Event) -> PurePosixPath | None:
        """Return where in the library the file is then, the first free name like `wanted`.

        A file that was brought before is found again by its size and time, or its bytes. None when
        there is no ordinary file, or nobody waits any more.
        """
        if size_of(source) is None:
            return None
        folder = folder_like(self._root, wanted.parent)
        for number in count(1):
            path = folder / numbered(wanted.name, number)
            target = self._root / path
            if _is_there(target):
                if self._is_same(source, target):
                    return path
                continue
            if folded(path.name) in self._names.of(target.parent):
                continue  # a name that differs in case only
            with suppress(NameTaken):
                return path if self._put(source, path, given_up) else None
        raise AssertionError

    def _put(self, source: Path, path: PurePosixPath, given_up: Event) -> bool:
        target = self._root / path
        with disk_errors(target):
            make_folders(self._root, path.parent)
            with self._names.adding(target):
                is_linked = not self._keyring.seals and _linked(source, target)
                return is_linked or self._copied(source, target, given_up)

    def _copied(self, source: Path, target: Path, given_up: Event) -> bool:
        with regular_file(source) as file:
            if file is None:
                return False
            try:
                if not _written(file, source, self._copy, given_up):
                    return False
                with self._keyring.ready(self._copy) as ready:
                    place(ready, target)
            finally:
                self._copy.unlink(missing_ok=True)
        return True

    def _is_same(self, source: Path, target: Path) -> bool:
        with disk_errors(source):
            here = source.lstat()
        with disk_errors(target):
            there = target.lstat()
        if not stat.S_ISREG(there.st_mode) or self._keyring.size_of(target) != here.st_size:
            return False
        # Some file systems keep times less exactly than others.
        is_of_then = here.st_mtime_ns == there.st_mtime_ns
        return is_of_then or sha256_of(source) == self._keyring.sha256_of(target)


def _is_there(target: Path) -> bool:
    with disk_errors(target):
        try:
            target.lstat()
        except FileNotFoundError:
            return False
    return True


def _linked(source: Path, target: Path) -> bool:
    """Give the file a second name, which takes no room; False where that cannot be."""
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError as error:
        raise NameTaken(target) from error
    except OSError as error:
        if error.errno in _NO_LINK:
            return False
        raise
    _sync(target)
    sync_folder(target.parent)
    return True


def _sync(path: Path) -> None:
    with regular_file(path) as file:
        if file is not None:
            os.fsync(file.fileno())


def _written(file: BufferedReader, source: Path, copy: Path, given_up: Event) -> bool:
    """Copy bytes and times to a new file; False when nobody waits any more."""
    copy.unlink(missing_ok=True)
    about = os.fstat(file.fileno())
    with copy.open("xb") as written:
        while piece := _read(file, source):
            if given_up.is_set():
                return False
            written.write(piece)
        written.flush()
        os.utime(written.fileno(), ns=(about.st_atime_ns, about.st_mtime_ns))
        os.fsync(written.fileno())
    return True


def _read(file: BufferedReader, source: Path) -> bytes:
    with disk_errors(source):  # those of the library are another matter
        return file.read(_PIECE)
