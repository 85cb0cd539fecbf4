"""Opens files of the library, sealed or not, and seals what comes into it; blocking.

Whether a file is sealed, it says itself (docs/segments.md), so a library may be sealed in part. All
sizes and digests are those of the plain bytes.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from pathlib import Path
from threading import Event
from typing import Any, BinaryIO

from storage.errors import DiskFailure, DiskTrouble, SealBrokenError, disk_errors
from storage.reading import digest_of, regular_file
from storage.segments import (
    SEGMENT,
    SegmentKey,
    SegmentReader,
    SegmentWriter,
    key_id_of,
    plain_size,
)

PURPOSE = "library"
_PIECE = 1 << 20
_ENDING = ".sealed"


class Keyring:
    """The keys of the library; what comes into it is sealed with that of `today`, if there is one.

    Its methods raise `DiskFailure`: of a file whose seal is broken as of one that is, and of one
    that was sealed with no key of these as of one that is locked.
    """

    def __init__(self, keys: Sequence[SegmentKey] = (), today: SegmentKey | None = None) -> None:
        self._keys = {key.id: key for key in keys}
        self._today = today

    @property
    def seals(self) -> bool:
        return self._today is not None

    @contextmanager
    def opened(self, path: Path) -> Iterator[BufferedReader[Any] | None]:
        """Open a file as it was before it was sealed; None when there is no ordinary file.

        Its `fileno` is that of the file on disk, to be asked about and no more.
        """
        with regular_file(path) as file, _seals(path), disk_errors(path):
            if file is None or not self._is_sealed(file):
                yield file
                return
            with BufferedReader(_Plain(file, self._key_of(file, path)), SEGMENT) as plain:
                yield plain

    def is_sealed(self, path: Path) -> bool:
        with regular_file(path) as file, disk_errors(path):
            return file is not None and self._is_sealed(file)

    def size_of(self, path: Path) -> int | None:
        with regular_file(path) as file, _seals(path), disk_errors(path):
            if file is None:
                return None
            size = os.fstat(file.fileno()).st_size
            if not self._is_sealed(file):
                return size
            self._key_of(file, path)
            return plain_size(size)

    def sha256_of(self, path: Path, given_up: Event | None = None) -> str | None:
        """Return the SHA-256 in hex, None when there is no file, or nobody waits any more."""
        with self.opened(path) as file:
            return None if file is None else digest_of(file, given_up)

    def piece_of(self, path: Path, offset: int, count: int) -> bytes | None:
        """Return the bytes from `offset` on, fewer only at the end of the file."""
        with self.opened(path) as file:
            if file is None:
                return None
            file.seek(offset)
            return file.read(count)

    @contextmanager
    def ready(self, source: Path) -> Iterator[Path]:
        """Give what a file of ours is to be in the library: itself, or a sealed one beside it.

        The block gives that its name there, and the plain one goes. Where the block fails, that
        stays as it was. The file is durable before; so is the sealed one.
        """
        if self._today is None:
            yield source
            return
        sealed = source.with_name(source.name + _ENDING)
        try:
            with regular_file(source) as file:
                if file is None:
                    raise DiskFailure(DiskTrouble.MISSING, source)
                self.seal(file, sealed)
            yield sealed
            with disk_errors(source):
                source.unlink(missing_ok=True)
        finally:
            with disk_errors(sealed):
                sealed.unlink(missing_ok=True)

    def seal(self, file: BufferedReader, sealed: Path, given_up: Event | None = None) -> str | None:
        """Write what an open file holds to a new one, sealed, with the same rights and times.

        Return the SHA-256 of what it holds; None when nobody waits any more, then nothing is left.
        """
        assert self._today is not None, "nothing is sealed without a key"
        with disk_errors(sealed), _new(sealed, file, given_up or Event()) as copy:
            writer = SegmentWriter(copy.out, self._today)
            copy.fill(writer.write)
            writer.finish()
        return copy.sha256

    def _is_sealed(self, file: BufferedReader) -> bool:
        """Tell by its first bytes; where nothing was ever sealed, the disk need not bring them."""
        if not self._keys:
            return False
        key_id = key_id_of(file)
        file.seek(0)
        return key_id is not None

    def _key_of(self, file: BufferedReader, path: Path) -> SegmentKey:
        key = self._keys.get(key_id_of(file) or b"")
        file.seek(0)
        if key is None:
            raise DiskFailure(DiskTrouble.LOCKED, path)
        return key


def unseal(file: BufferedReader, plain: Path, given_up: Event | None = None) -> str | None:
    """Write what an open file holds to a new one, as `Keyring.seal` does, but not sealed."""
    with disk_errors(plain), _new(plain, file, given_up or Event()) as copy:
        copy.fill(copy.out.write)
    return copy.sha256


@dataclass
class _Copy:
    out: BinaryIO
    file: BufferedReader
    given_up: Event
    sha256: str | None = None

    def fill(self, write: Callable[[bytes], object]) -> None:
        digest = hashlib.sha256()
        while not self.given_up.is_set():
            piece = self.file.read(_PIECE)
            if not piece:
                self.sha256 = digest.hexdigest()
                break
            digest.update(piece)
            write(piece)


@contextmanager
def _new(path: Path, file: BufferedReader, given_up: Event) -> Iterator[_Copy]:
    """Make a new file, durable and with the rights and times of another; gone unless it is whole.

    What a kill has left under this name is ours, and goes.
    """
    path.unlink(missing_ok=True)
    try:
        with path.open("xb") as out:
            copy = _Copy(out, file, given_up)
            yield copy
            _settle(out, os.fstat(file.fileno()))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if copy.sha256 is None:
        path.unlink(missing_ok=True)


def _settle(out: BinaryIO, like: os.stat_result) -> None:
    out.flush()
    os.fchmod(out.fileno(), stat.S_IMODE(like.st_mode))
    os.utime(out.fileno(), ns=(like.st_atime_ns, like.st_mtime_ns))
    os.fsync(out.fileno())


class _Plain(RawIOBase):
    """What a sealed file holds. Raises `SealBrokenError`."""

    def __init__(self, file: BufferedReader, key: SegmentKey) -> None:
        self._file = file
        self._reader = SegmentReader(file, key)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._reader.size}[whence]
        self._at = max(0, begin + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        room = memoryview(buffer)
        piece = self._reader.read_at(self._at, len(room))
        room[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


@contextmanager
def _seals(path: Path) -> Iterator[None]:
    """Say of a file whose seal is broken what is said of one that the disk does not bring."""
    try:
        yield
    except SealBrokenError as error:
        raise DiskFailure(DiskTrouble.BROKEN, path) from error
