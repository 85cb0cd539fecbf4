"""A document while its bytes arrive: one file, written at any offset."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from storage.descriptor import Descriptor
from storage.errors import DiskFailure, DiskTrouble, disk_errors
from storage.placing import sync_folder

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_OLD = os.O_RDWR | os.O_NOFOLLOW
# The file system cannot reserve space: then a full disk shows later, while writing.
_CANNOT_RESERVE = {errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.ENODEV}

_AT_ONCE = 1 << 20


class PartFile:
    """Use as `async with`; raises `DiskFailure`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = Descriptor()
        self._is_new = False
        self._is_spoiled = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with disk_errors(self._path):
            self._file.release()

    def create(self, size: int) -> None:
        """Create the file, which must not exist, and reserve its space where possible; blocking."""
        with disk_errors(self._path), self._file.lent():
            self._file.open(self._path, _NEW)
            self._is_new = True
            try:
                self._reserve(size)
            except OSError:
                self._path.unlink()
                raise

    def open(self) -> bool:
        """Open the file; False when there is none; blocking."""
        with disk_errors(self._path):
            try:
                self._file.open(self._path, _OLD)
            except FileNotFoundError:
                return False
        return True

    async def write(self, offset: int, data: bytes | memoryview) -> None:
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

    async def digests(self, spans: Sequence[tuple[int, int]]) -> list[bytes]:
        """Return the SHA-256 of each span, an offset and a length; cut at the end of the file."""
        return await asyncio.to_thread(self._digests, spans)

    async def size(self) -> int:
        return await asyncio.to_thread(self._size)

    def _write(self, offset: int, data: bytes | memoryview) -> None:
        with self._file.number() as number, disk_errors(self._path):
            write_fully(number, data, offset)

    def _sync(self) -> None:
        if self._is_spoiled:
            raise DiskFailure(DiskTrouble.BROKEN, self._path)
        with self._file.number() as number, disk_errors(self._path):
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
        with self._file.number() as number, disk_errors(self._path):
            while count and (piece := os.pread(number, count, offset)):
                pieces.append(piece)
                offset += len(piece)
                count -= len(piece)
        return b"".join(pieces)

    def _digests(self, spans: Sequence[tuple[int, int]]) -> list[bytes]:
        buffer = memoryview(bytearray(min(_AT_ONCE, max(count for _, count in spans))))
        with self._file.number() as number, disk_errors(self._path):
            return [_digest(number, offset, count, buffer) for offset, count in spans]

    def _size(self) -> int:
        with self._file.number() as number, disk_errors(self._path):
            return os.fstat(number).st_size

    def _reserve(self, size: int) -> None:
        if not size:
            return
        with self._file.number() as number:
            try:
                os.posix_fallocate(number, 0, size)
            except OSError as error:
                if error.errno not in _CANNOT_RESERVE:
                    raise


def _digest(number: int, offset: int, count: int, buffer: memoryview) -> bytes:
    digest = sha256()
    while count and (read := os.preadv(number, [buffer[:count]], offset)):
        digest.update(buffer[:read])
        offset += read
        count -= read
    return digest.digest()


def write_fully(number: int, data: bytes | memoryview, offset: int) -> None:
    """Write all of `data`, however little the system takes at a time."""
    rest = memoryview(data)
    while rest:
        written = os.pwrite(number, rest, offset)
        if not written:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        rest = rest[written:]
        offset += written


async def new_part(path: Path, size: int) -> PartFile:
    part = PartFile(path)
    try:
        await asyncio.to_thread(part.create, size)
    except BaseException:
        await part.__aexit__(None, None, None)
        raise
    return part


async def old_part(path: Path) -> PartFile | None:
    part = PartFile(path)
    try:
        is_there = await asyncio.to_thread(part.open)
    except BaseException:
        await part.__aexit__(None, None, None)
        raise
    return part if is_there else None
