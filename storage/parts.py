"""A document while its bytes arrive: one file, written at any offset."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from storage.descriptor import Descriptor
from storage.errors import DiskFailure, DiskTrouble, disk_errors
from storage.placing import sync_folder

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
# The file system cannot reserve space: then a full disk shows later, while writing.
_CANNOT_RESERVE = {errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.ENODEV}


class PartFile:
    """Use as `async with`; raises `DiskFailure`."""

    def __init__(self, path: Path, descriptor: Descriptor, *, is_new: bool) -> None:
        self._path = path
        self._descriptor = descriptor
        self._is_new = is_new
        self._is_spoiled = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._descriptor.release()

    async def write(self, offset: int, data: bytes) -> None:
        """Write all of `data`; durable only after `sync`."""
        await asyncio.to_thread(self._write, offset, data)

    async def sync(self) -> None:
        """Return when every byte written so far is on the disk.

        A failed sync spoils the part: the kernel forgets what it could not write, so that a
        second sync would succeed over lost bytes. Throw the part away then.
        """
        await asyncio.to_thread(self._sync)

    async def read(self, offset: int, count: int) -> bytes:
        """Return `count` bytes, fewer only at the end of the file."""
        return await asyncio.to_thread(self._read, offset, count)

    async def size(self) -> int:
        return await asyncio.to_thread(self._size)

    def _write(self, offset: int, data: bytes) -> None:
        with self._descriptor.lent() as number, disk_errors(self._path):
            write_fully(number, data, offset)

    def _sync(self) -> None:
        if self._is_spoiled:
            raise DiskFailure(DiskTrouble.BROKEN, self._path)
        with self._descriptor.lent() as number, disk_errors(self._path):
            try:
                os.fdatasync(number)
                if self._is_new:
                    sync_folder(self._path.parent)
            except OSError:
                self._is_spoiled = True
                raise
        self._is_new = False

    def _read(self, offset: int, count: int) -> bytes:
        pieces: list[bytes] = []
        with self._descriptor.lent() as number, disk_errors(self._path):
            while count and (piece := os.pread(number, count, offset)):
                pieces.append(piece)
                offset += len(piece)
                count -= len(piece)
        return b"".join(pieces)

    def _size(self) -> int:
        with self._descriptor.lent() as number, disk_errors(self._path):
            return os.fstat(number).st_size


def write_fully(number: int, data: bytes, offset: int) -> None:
    """Write all of `data`, however little the system takes at a time."""
    rest = memoryview(data)
    while rest:
        written = os.pwrite(number, rest, offset)
        if not written:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        rest = rest[written:]
        offset += written


def new_part(path: Path, size: int) -> PartFile:
    """Create the file, which must not exist, and reserve its space where that is possible."""
    with disk_errors(path):
        number = os.open(path, _NEW, 0o666)
        try:
            _reserve(number, size)
        except OSError:
            os.close(number)
            path.unlink()
            raise
    return PartFile(path, Descriptor(number), is_new=True)


def old_part(path: Path) -> PartFile | None:
    with disk_errors(path):
        try:
            number = os.open(path, _OLD)
        except FileNotFoundError:
            return None
    return PartFile(path, Descriptor(number), is_new=False)


def _reserve(number: int, size: int) -> None:
    if not size:
        return
    try:
        os.posix_fallocate(number, 0, size)
    except OSError as error:
        if error.errno not in _CANNOT_RESERVE:
            raise
