"""Gives files of the library other names and other contents, in steps that may be repeated."""

from __future__ import annotations

import asyncio
import hashlib
import os
import stat
from collections.abc import Collection
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from threading import Event, Lock

from storage.copies import settled
from storage.errors import DiskFailure, DiskTrouble, disk_errors
from storage.folders import FolderNames, folder_like, make_folders
from storage.keyring import Keyring
from storage.names import folded, is_namesake, numbered
from storage.placing import name_too, sync_folder
from storage.reading import is_file

_PIECE = 1 << 20
_COPY = ".anew"


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of a file, and by what to see whether the file has changed since."""

    path: Path
    sha256: str
    state: tuple[int, int, int]


class Mover:
    """Works under `root`; copies lie in the `workshop`.

    Nothing is ever overwritten but a file that has not changed since it was copied.
    """

    def __init__(
        self, root: Path, workshop: Path, names: FolderNames, placing: Lock, keyring: Keyring
    ) -> None:
        self._root = root
        self._workshop = workshop
        self._names = names
        self._placing = placing
        self._keyring = keyring

    async def choose(
        self, wanted: PurePosixPath, own: PurePosixPath, refused: Collection[str] = ()
    ) -> PurePosixPath:
        """Return the first free path like `wanted`, or the file's own if it is like that.

        The `refused` names are not free, although no file has them.
        """
        return await asyncio.to_thread(self._choose, wanted, own, refused)

    async def name(self, own: PurePosixPath, path: PurePosixPath, size: int) -> bool:
        """Give a file its new name beside its own; tell whether it has that then.

        Raises `NameTaken`. Where there are no links, the file loses its own name by it.
        """
        return await asyncio.to_thread(self._name, own, path, size)

    async def take_away(self, old: PurePosixPath, path: PurePosixPath) -> None:
        """Remove the old name of a file, and the folders that are empty then."""
        await asyncio.to_thread(self._take_away, old, path)

    async def drop_empty(self, folder: PurePosixPath) -> None:
        """Remove a folder and those above it, as far as nothing is in them."""
        await asyncio.to_thread(self._drop_empty_now, folder)

    async def neighbours(self, path: PurePosixPath) -> frozenset[str]:
        """Return the names in the folder of a file."""
        return await asyncio.to_thread(self._neighbours, path)

    async def copy(self, path: PurePosixPath, track_id: int) -> Copied | None:
        """Copy a file, to be changed; None where it is not there."""
        given_up = Event()
        try:
            return await asyncio.to_thread(self._copy, path, self._at(track_id), given_up)
        finally:
            given_up.set()

    async def settled(self, track_id: int) -> tuple[str, int] | None:
        """Make a copy durable, and return its SHA-256 and size; None where there is none."""
        return await asyncio.to_thread(settled, self._at(track_id))

    async def replace(self, path: PurePosixPath, copied: Copied) -> bool:
        """Let the copy be the file; False where that has changed since, and stays."""
        return await asyncio.to_thread(self._replace, path, copied)

    async def replace_of(self, path: PurePosixPath, track_id: int, sha256: str) -> bool:
        """Do so in another run, which knows by the old SHA-256 that the file has not changed."""
        return await asyncio.to_thread(self._replace_of, path, self._at(track_id), sha256)

    async def drop_copy(self, track_id: int) -> None:
        path = self._at(track_id)
        with disk_errors(path):
            await asyncio.to_thread(path.unlink, missing_ok=True)

    def _at(self, track_id: int) -> Path:
        return self._workshop / f"{track_id}{_COPY}"

    def _choose(
        self, wanted: PurePosixPath, own: PurePosixPath, refused: Collection[str]
    ) -> PurePosixPath:
        self._check_mounted()
        with disk_errors(self._root / wanted):
            folder = folder_like(self._root, wanted.parent)
            taken = self._names.of(self._root / folder) | {*map(folded, refused)}
        at_home = folded(str(folder)) == folded(str(own.parent))
        if at_home and folded(own.name) == folded(wanted.name):
            return own
        if folded(wanted.name) not in taken:
            return folder / wanted.name
        if at_home and is_namesake(own.name, wanted.name):
            return own
        names = (numbered(wanted.name, number) for number in count(2))
        return folder / next(name for name in names if folded(name) not in taken)

    def _name(self, own: PurePosixPath, path: PurePosixPath, size: int) -> bool:
        self._check_mounted()
        source, target = self._root / own, self._root / path
        with self._placing, disk_errors(target):
            if not is_file(source):
                return self._keyring.size_of(target) == size
            if is_file(target) and target.samefile(source):
                sync_folder(target.parent)  # a run that was cut off may not have come to it
                return True
            make_folders(self._root, path.parent)
            with self._names.adding(target):
                name_too(source, target)
            return True

    def _take_away(self, old: PurePosixPath, path: PurePosixPath) -> None:
        self._check_mounted()
        source, target = self._root / old, self._root / path
        with self._placing, disk_errors(source):
            if is_file(source) and is_file(target) and source.samefile(target):
                source.unlink()
            if source.parent.is_dir():
                sync_folder(source.parent)
            self._drop_empty(source.parent)

    def _drop_empty_now(self, folder: PurePosixPath) -> None:
        self._check_mounted()
        with self._placing, disk_errors(self._root / folder):
            self._drop_empty(self._root / folder)

    def _drop_empty(self, folder: Path) -> None:
        """Remove the folder and those above it, as far as nothing is in them."""
        while folder not in {self._root, self._workshop} and folder.is_relative_to(self._root):
            if folder.is_dir() and not folder.is_symlink():
                if any(folder.iterdir()):
                    return
                folder.rmdir()
                sync_folder(folder.parent)
            folder = folder.parent

    def _neighbours(self, path: PurePosixPath) -> frozenset[str]:
        folder = (self._root / path).parent
        with disk_errors(folder):
            try:
                return frozenset(one.name for one in folder.iterdir())
            except (FileNotFoundError, NotADirectoryError):
                return frozenset()

    def _copy(self, path: PurePosixPath, copy: Path, given_up: Event) -> Copied | None:
        self._check_mounted()
        source = self._root / path
        with self._keyring.opened(source) as file, disk_errors(copy):
            if file is None:
                return None
            about = os.fstat(file.fileno())
            digest = hashlib.sha256()
            copy.unlink(missing_ok=True)
            with copy.open("xb") as written:
                os.fchmod(written.fileno(), stat.S_IMODE(about.st_mode))
                while not given_up.is_set() and (piece := file.read(_PIECE)):
                    digest.update(piece)
                    written.write(piece)
        return Copied(copy, digest.hexdigest(), _state(about))

    def _replace(self, path: PurePosixPath, copied: Copied) -> bool:
        self._check_mounted()
        target = self._root / path
        with self._placing, disk_errors(target):
            if not is_file(target) or _state(target.lstat()) != copied.state:
                return False
            with self._keyring.ready(copied.path) as ready:
                ready.replace(target)
                sync_folder(target.parent)
            return True

    def _replace_of(self, path: PurePosixPath, copy: Path, sha256: str) -> bool:
        target = self._root / path
        if not is_file(copy) or self._keyring.sha256_of(target) != sha256:
            return False
        with disk_errors(target):
            state = _state(target.lstat())
        return self._replace(path, Copied(copy, sha256, state))

    def _check_mounted(self) -> None:
        if not self._workshop.is_dir():
            raise DiskFailure(DiskTrouble.MISSING, self._root)


def _state(about: os.stat_result) -> tuple[int, int, int]:
    return about.st_ino, about.st_size, about.st_mtime_ns
