"""Finds and makes places in the library; blocking."""

from __future__ import annotations

import errno
import os
import stat
from collections import OrderedDict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from itertools import count
from pathlib import Path, PurePosixPath

from storage.names import folded, numbered
from storage.placing import sync_folder

_KEPT_FOLDERS = 32


class FolderNames:
    """The names in folders as they were read last; a folder that somebody else changed, anew.

    A library may have a hundred thousand files in one folder, and to read them all for each new
    one would cost more than to fetch it. What is overlooked, because it came in the same tick of
    the clock, cannot be overwritten: no publishing does that.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Path, tuple[int, set[str]]] = OrderedDict()

    def of(self, folder: Path) -> AbstractSet[str]:
        """Return the names in a folder, folded; none where it is not there."""
        try:
            stamp = folder.stat().st_mtime_ns
        except FileNotFoundError:
            return set()
        kept = self._kept.get(folder)
        if kept is None or kept[0] != stamp:
            kept = stamp, set(_names(folder))
            self._keep(folder, *kept)
        return kept[1]

    @contextmanager
    def adding(self, path: Path) -> Iterator[None]:
        """Learn the name that is made within, so that this folder need not be read for it."""
        folder = path.parent
        kept = self._kept.get(folder)
        was_known = kept is not None and kept[0] == folder.stat().st_mtime_ns
        yield
        if kept is not None and was_known and self._kept.get(folder) is kept:
            kept[1].add(folded(path.name))
            self._keep(folder, folder.stat().st_mtime_ns, kept[1])

    def forget(self, folder: Path) -> None:
        """Read this folder anew: a name in it may be free again, perhaps in the same tick."""
        self._kept.pop(folder, None)

    def _keep(self, folder: Path, stamp: int, names: set[str]) -> None:
        self._kept[folder] = stamp, names
        while len(self._kept) > _KEPT_FOLDERS:
            self._kept.popitem(last=False)


def free_path(root: Path, wanted: PurePosixPath, names: FolderNames) -> PurePosixPath:
    """Return the first free path like `wanted`, using the folders there are.

    `jazz/x.mp3` becomes `Jazz/x (2).mp3` where `Jazz/X.MP3` exists: file systems that ignore
    case, or the composition of letters, take them for the same.
    """
    here = folder_like(root, wanted.parent)
    taken = names.of(root / here)
    name = next(name for n in count(1) if folded(name := numbered(wanted.name, n)) not in taken)
    return here / name


def folder_like(root: Path, wanted: PurePosixPath) -> PurePosixPath:
    """Return the path with those folders on it that there are, whatever their case."""
    here = PurePosixPath()
    for name in wanted.parts:
        here /= _folder_like(root / here, name)
    return here


def make_folders(root: Path, path: PurePosixPath) -> None:
    """Make each folder on the way, durably; a link in the way is refused, not followed.

    One that is there is made durable too: a run that was cut off may have made it just before.
    """
    here = root
    for name in path.parts:
        here /= name
        try:
            here.mkdir()
        except FileExistsError:
            if not stat.S_ISDIR(here.lstat().st_mode):
                raise NotADirectoryError(
                    errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(here)
                ) from None
        sync_folder(here.parent)


def sync_folders(root: Path, path: PurePosixPath) -> None:
    """Make durable what lies in `path`, and each folder on the way to it."""
    for folder in (path, *path.parents):
        sync_folder(root / folder)


def make_way(folder: Path, mode: int = 0o777) -> None:
    """Make the folder and what is missing above it, durably; what is there stays as it is."""
    if folder.is_dir():
        return
    make_way(folder.parent)
    folder.mkdir(mode, exist_ok=True)
    sync_folder(folder.parent)


def _folder_like(parent: Path, wanted: str) -> str:
    found = _names(parent)
    for n in count(1):
        name = numbered(wanted, n)
        here = found.get(folded(name))
        if here is None:
            return name
        if here.is_dir(follow_symlinks=False):
            return here.name
    raise AssertionError


def _names(folder: Path) -> dict[str, os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return {folded(entry.name): entry for entry in found}
    except FileNotFoundError:
        return {}
