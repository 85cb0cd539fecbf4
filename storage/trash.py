"""Files that were taken out of the library, until a person wants them back or gone for good.

They lie in the workshop of the library, on its file system, so that to move them is to rename them.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from storage.errors import DiskFailure, DiskTrouble, disk_errors
from storage.folders import FolderNames, make_folders, make_way
from storage.placing import place, sync_folder
from storage.reading import is_file

TRASH = "trash"
NO_RULING = 0  # that of files which nobody brings back: others have taken their place
_OURS = re.compile(r"(\d{1,18})-\d{1,18}(?:\.\w{1,8})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rubbish:
    """What lies in the trash; `size` in bytes, `last` is the newest ruling that brought any."""

    files: int
    size: int
    last: int


@dataclass(frozen=True, slots=True)
class _Held:
    path: Path
    ruling_id: int
    size: int


class Trash:
    """Each file is named by the ruling that brought it here and by its track.

    Whatever is done may be repeated after a kill anywhere in it.
    """

    def __init__(self, root: Path, workshop: Path, names: FolderNames) -> None:
        self._root = root
        self._workshop = workshop
        self._trash = workshop / TRASH
        self._names = names

    async def take(self, path: PurePosixPath, ruling_id: int, track_id: int) -> None:
        """Move a file of the library here, unless it is here, or nowhere, already."""
        await asyncio.to_thread(self._take, self._root / path, self._at(ruling_id, track_id, path))

    async def is_outside(self, path: PurePosixPath) -> bool:
        """Tell whether a file is in its place in the library."""
        with disk_errors(self._root / path):
            return await asyncio.to_thread(is_file, self._root / path)

    async def give_back(self, path: PurePosixPath, ruling_id: int, track_id: int) -> bool:
        """Move a file to this name in the library; tell whether it is there then.

        Raises `NameTaken`, never overwrites.
        """
        held = self._at(ruling_id, track_id, path)
        return await asyncio.to_thread(self._give_back, held, path)

    async def rubbish(self) -> Rubbish:
        """Count what lies here."""
        return _counted(await asyncio.to_thread(self._found))

    async def empty(self, last: int) -> Rubbish:
        """Delete what lies here by rulings up to the last one named, for good."""
        return await asyncio.to_thread(self._empty, last)

    def _at(self, ruling_id: int, track_id: int, path: PurePosixPath) -> Path:
        name = f"{ruling_id}-{track_id}{path.suffix}"
        return self._trash / (name if _OURS.fullmatch(name) else f"{ruling_id}-{track_id}")

    def _take(self, source: Path, held: Path) -> None:
        self._check_mounted()
        with disk_errors(source):
            make_way(self._trash)
            if not is_file(source):
                return
            if not is_file(held):
                place(source, held)
            elif source.samefile(held):
                source.unlink()  # cut off between its new name and its old one
            self._names.forget(source.parent)
            sync_folder(source.parent)

    def _give_back(self, held: Path, path: PurePosixPath) -> bool:
        self._check_mounted()
        target = self._root / path
        with disk_errors(target):
            if not is_file(held):
                return is_file(target)
            if is_file(target) and target.samefile(held):
                held.unlink()
                return True
            make_folders(self._root, path.parent)
            with self._names.adding(target):
                place(held, target)
            return True

    def _empty(self, last: int) -> Rubbish:
        found = [one for one in self._found() if one.ruling_id <= last]
        with disk_errors(self._trash):
            for one in found:
                one.path.unlink(missing_ok=True)
        return _counted(found)

    def _found(self) -> list[_Held]:
        self._check_mounted()
        with disk_errors(self._trash), suppress(FileNotFoundError):
            return [
                _Held(path, int(match[1]), path.lstat().st_size)
                for path in sorted(self._trash.iterdir())
                if (match := _OURS.fullmatch(path.name))
            ]
        return []

    def _check_mounted(self) -> None:
        if not self._workshop.is_dir():
            raise DiskFailure(DiskTrouble.MISSING, self._root)


def _counted(found: Sequence[_Held]) -> Rubbish:
    last = max((one.ruling_id for one in found), default=0)
    return Rubbish(len(found), sum(one.size for one in found), last)
