"""Finds and makes places in the library; blocking."""

from __future__ import annotations

import errno
import os
import stat
from itertools import count
from pathlib import Path, PurePosixPath

from storage.names import folded, numbered
from storage.placing import sync_folder


def free_path(root: Path, wanted: PurePosixPath) -> PurePosixPath:
    """Return the first free path like `wanted`, using the folders there are.

    `jazz/x.mp3` becomes `Jazz/x (2).mp3` where `Jazz/X.MP3` exists: file systems that ignore
    case, or the composition of letters, take them for the same.
    """
    here = PurePosixPath()
    for name in wanted.parent.parts:
        here /= _folder_like(root / here, name)
    taken = _names(root / here).keys()
    name = next(name for n in count(1) if folded(name := numbered(wanted.name, n)) not in taken)
    return here / name


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
