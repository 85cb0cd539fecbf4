"""The bytes of tracks on disk: parts first, then published whole under their final name."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from datetime import datetime
from pathlib import Path, PurePosixPath
from threading import Event, Lock

import structlog

from storage.beside import Beside
from storage.bringing import Bringer
from storage.copies import Copies
from storage.errors import DiskFailure, DiskTrouble, disk_errors
from storage.exclusive import only_one
from storage.folders import FolderNames, free_path, make_folders, make_way, sync_folders
from storage.keyring import Keyring, unseal
from storage.moving import Mover
from storage.parts import PartFile, new_part, old_part
from storage.placing import drop_reservation, place
from storage.reading import head_of, sha256_of, size_of
from storage.resealing import Resealer
from storage.trash import Trash

log = structlog.get_logger(__name__)

WORKSHOP = ".tad"  # inside the library, because a file gets its name only on its own file system
_PART = ".part"
_BLOCK = 512  # bytes, in which `st_blocks` counts on every file system


class Files:
    """The library under `root`, with the parts in a folder of ours inside it.

    That folder is also the mark of the library: while it is missing (the disk is not mounted)
    every operation raises `DiskFailure`, and nothing is written into the empty mount point.
    """

    def __init__(self, root: Path, keyring: Keyring | None = None) -> None:
        self._root = root
        self._keyring = keyring = keyring or Keyring()
        self._workshop = root / WORKSHOP
        self._names = FolderNames()
        self._bringer = Bringer(root, self._workshop, self._names, keyring)
        self.trash = Trash(root, self._workshop, self._names)
        self.copies = Copies(self._workshop)
        self._placing = Lock()  # of threads: a cancelled publish still runs to its end
        self.beside = Beside(root, self._workshop, self._names, self._placing, keyring)
        self.resealer = Resealer(root, self._workshop, self._placing, keyring)
        self.mover = Mover(root, self._workshop, self._names, self._placing, keyring)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the library to this program: another would take our parts for rubbish.

        Raises `InUseError`. A library that is not mounted, or cannot be written, is not held.
        """
        with ExitStack() as holding:
            try:
                holding.enter_context(only_one(self._workshop))
            except DiskFailure as failure:
                if failure.kind is DiskTrouble.CROWDED:
                    raise  # it is there, and may be somebody's
                log.warning("library not held", error=str(failure))
            yield

    async def create_part(self, document_id: int, size: int) -> PartFile:
        """Create an empty part; it is an error when there is one."""
        return await new_part(self._part(document_id), size)

    async def open_part(self, document_id: int) -> PartFile | None:
        await asyncio.to_thread(self._check_mounted)
        return await old_part(self._part(document_id))

    async def drop_part(self, document_id: int) -> None:
        """Remove the part, and the copy of it."""
        await asyncio.to_thread(self._drop_part, document_id)

    async def parts(self) -> frozenset[int]:
        """Return the documents that have a part."""
        return await asyncio.to_thread(self._parts)

    async def occupied(self, document_id: int) -> int:
        """Return how many bytes of the disk the part takes, those laid out ahead included."""
        return await asyncio.to_thread(self._occupied, document_id)

    async def digest(self, document_id: int) -> str:
        """Return the SHA-256 of the part, in hex."""
        path = self._part(document_id)
        digest = await _hashed(sha256_of, path)
        if digest is None:
            raise DiskFailure(DiskTrouble.BROKEN, path)
        return digest

    async def head(self, document_id: int, count: int = 4096) -> bytes:
        """Return the first bytes of the part."""
        return await asyncio.to_thread(self._head, document_id, count)

    async def choose(self, wanted: PurePosixPath) -> PurePosixPath:
        """Return the first free name of `x.mp3`, `x (2).mp3` and so on.

        Names that differ in case or in composition only count as the same.
        """
        return await asyncio.to_thread(self._choose, wanted)

    async def publish(self, document_id: int, path: PurePosixPath, *, tagged: bool = False) -> None:
        """Make the part durable and give it this name; raises `NameTaken`, never overwrites.

        Where it was `tagged`, its copy gets the name, which is durable already.
        """
        if tagged:
            await asyncio.to_thread(self._place, self.copies.of_document(document_id), path)
            return
        await asyncio.to_thread(self._sync_part, document_id)
        await asyncio.to_thread(self._place, self._part(document_id), path)

    async def drop_reservation(self, path: PurePosixPath) -> None:
        """Remove the empty file that holds a name, where files cannot be given one in one step."""
        await asyncio.to_thread(self._drop_reservation, path)

    async def settle(self, path: PurePosixPath) -> None:
        """Make a name durable that was given by a run that was cut off, perhaps before it did."""
        await asyncio.to_thread(self._settle, path)

    async def bring(self, source: Path, wanted: PurePosixPath) -> PurePosixPath | None:
        """Link or copy a file of elsewhere to the first free name; never overwrites.

        One that was brought before is found again. None when there is no ordinary file.
        """
        given_up = Event()
        try:
            return await asyncio.to_thread(self._bring, source, wanted, given_up)
        finally:
            given_up.set()

    async def digest_published(self, path: PurePosixPath) -> str | None:
        """Return the SHA-256 of a file in the library, None when it is not there."""
        return await _hashed(self._keyring.sha256_of, self._inside(path))

    async def size_published(self, path: PurePosixPath) -> int | None:
        return await asyncio.to_thread(self._keyring.size_of, self._inside(path))

    async def is_gone(self, path: PurePosixPath) -> bool:
        """Tell whether there is the library, but no such file in it."""
        return await asyncio.to_thread(self._is_gone, path)

    async def piece_published(self, path: PurePosixPath, offset: int, count: int) -> bytes | None:
        return await asyncio.to_thread(self._keyring.piece_of, self._inside(path), offset, count)

    @asynccontextmanager
    async def plain(self, path: PurePosixPath) -> AsyncIterator[Path]:
        """Give where a file of the library can be read on this machine, for the block.

        That of one that is sealed is a copy in our folder.
        """
        inside = self._inside(path)
        if not await asyncio.to_thread(self._keyring.is_sealed, inside):
            yield inside
            return
        copy, given_up = self.copies.outgoing(path.suffix), Event()
        try:
            await asyncio.to_thread(self._unseal, inside, copy, given_up)
            yield copy
        finally:
            given_up.set()
            await self.copies.drop(copy)

    def part(self, document_id: int) -> Path:
        """Return where on this machine the part is."""
        return self._part(document_id)

    async def free_bytes(self) -> int:
        return await asyncio.to_thread(self._free_bytes)

    async def sweep(self, keep: Collection[int], older_than: datetime) -> int:
        """Remove what lies in our folder and belongs to no kept document; return how many."""
        return await asyncio.to_thread(self._sweep, frozenset(keep), older_than.timestamp())

    def locate(self, path: PurePosixPath) -> Path:
        """Return where on this machine a path of the library is."""
        return self._inside(path)

    def _part(self, document_id: int) -> Path:
        return self._workshop / f"{document_id}{_PART}"

    def _inside(self, path: PurePosixPath) -> Path:
        if path.is_absolute() or ".." in path.parts or not path.name:
            raise ValueError(path)
        return self._root / path

    def _unseal(self, path: Path, copy: Path, given_up: Event) -> None:
        with self._keyring.opened(path) as file:
            if file is None:
                raise DiskFailure(DiskTrouble.MISSING, path)
            unseal(file, copy, given_up)

    def _check_mounted(self) -> None:
        if not self._workshop.is_dir():
            raise DiskFailure(DiskTrouble.MISSING, self._root)

    def _is_gone(self, path: PurePosixPath) -> bool:
        self._check_mounted()
        return size_of(self._inside(path)) is None

    def _drop_part(self, document_id: int) -> None:
        path = self._part(document_id)
        with disk_errors(path):
            path.unlink(missing_ok=True)
            self.copies.of_document(document_id).unlink(missing_ok=True)

    def _occupied(self, document_id: int) -> int:
        path = self._part(document_id)
        with disk_errors(path):
            try:
                return path.lstat().st_blocks * _BLOCK
            except FileNotFoundError:
                return 0

    def _parts(self) -> frozenset[int]:
        self._check_mounted()
        with disk_errors(self._workshop):
            names = [path.name for path in self._workshop.iterdir()]
        return frozenset(number for name in names if (number := _document(name)) is not None)

    def _head(self, document_id: int, count: int) -> bytes:
        path = self._part(document_id)
        head = head_of(path, count)
        if head is None:
            raise DiskFailure(DiskTrouble.BROKEN, path)
        return head

    def _choose(self, wanted: PurePosixPath) -> PurePosixPath:
        self._check_mounted()
        self._inside(wanted)
        with disk_errors(self._root / wanted):
            return free_path(self._root, wanted, self._names)

    def _sync_part(self, document_id: int) -> None:
        self._check_mounted()
        path = self._part(document_id)
        with disk_errors(path):
            number = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                os.fsync(number)
            finally:
                os.close(number)

    def _place(self, source: Path, path: PurePosixPath) -> None:
        self._check_mounted()
        target = self._inside(path)
        with self._placing, disk_errors(target):
            make_folders(self._root, path.parent)
            with self._names.adding(target), self._keyring.ready(source) as ready:
                place(ready, target)

    def _bring(self, source: Path, wanted: PurePosixPath, given_up: Event) -> PurePosixPath | None:
        self._check_mounted()
        self._inside(wanted)
        return self._bringer.bring(source, wanted, given_up)

    def _drop_reservation(self, path: PurePosixPath) -> None:
        target = self._inside(path)
        with disk_errors(target), suppress(FileNotFoundError, NotADirectoryError):
            drop_reservation(target)

    def _settle(self, path: PurePosixPath) -> None:
        target = self._inside(path)
        with disk_errors(target):
            sync_folders(self._root, path.parent)

    def _free_bytes(self) -> int:
        with disk_errors(self._root):
            found = os.statvfs(self._root)
        return found.f_bavail * found.f_frsize

    def _sweep(self, keep: frozenset[int], older_than: float) -> int:
        self._check_mounted()
        removed = 0
        with disk_errors(self._workshop):
            for path in list(self._workshop.iterdir()):
                if _document(path.name) in keep:
                    continue
                with suppress(FileNotFoundError, IsADirectoryError):
                    removed += _removed(path, older_than)
        return removed


def make_library(root: Path, *, is_new: bool) -> None:
    """Make the folders of a library; a library that holds files already must have them."""
    with disk_errors(root):
        if is_new:
            make_way(root / WORKSHOP)


async def _hashed(hash_: Callable[[Path, Event], str | None], path: Path) -> str | None:
    given_up = Event()
    try:
        return await asyncio.to_thread(hash_, path, given_up)
    finally:
        # The thread of a cancelled call would go on to the end of the file, and hold up the exit.
        given_up.set()


def _removed(path: Path, older_than: float) -> bool:
    if path.lstat().st_mtime >= older_than:
        return False
    path.unlink()
    return True


def _document(name: str) -> int | None:
    stem, dot, ending = name.rpartition(".")
    if dot + ending != _PART or not re.fullmatch(r"-?[0-9]+", stem):
        return None
    return int(stem)
