"""Finds files below a folder: through no link, into no hidden folder, in order; blocking."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from storage.text import whole


@dataclass(frozen=True, slots=True)
class Found:
    """`path` is relative to where the walk began, `size` in bytes."""

    path: PurePosixPath
    size: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Unseen:
    """A file or folder that cannot be looked at, or that is `nameless`: its name is no text."""

    path: PurePosixPath
    nameless: bool = False


def walk(folder: Path, is_wanted: Callable[[str], bool]) -> Iterator[Found | Unseen]:
    """Yield the ordinary files whose names are wanted, those of a folder before its folders.

    What comes or goes meanwhile may be found or not.
    """
    waiting = [PurePosixPath()]
    while waiting:
        here = waiting.pop()
        inner = []
        for entry in _entries(folder, here):
            if isinstance(entry, Unseen):
                yield entry
            elif entry.is_dir(follow_symlinks=False):
                inner.append(here / entry.name)
            elif entry.is_file(follow_symlinks=False) and is_wanted(entry.name):
                yield _looked_at(entry, here / entry.name)
        waiting += reversed(inner)


def _entries(folder: Path, here: PurePosixPath) -> Iterator[os.DirEntry[str] | Unseen]:
    try:
        with os.scandir(folder / here) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        yield Unseen(here)
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        # The catalogue takes text, and no other name would lead back to this file.
        yield entry if entry.name == whole(entry.name) else Unseen(here / entry.name, nameless=True)


def _looked_at(entry: os.DirEntry[str], path: PurePosixPath) -> Found | Unseen:
    try:
        about = entry.stat(follow_symlinks=False)
    except OSError:
        return Unseen(path)
    if not stat.S_ISREG(about.st_mode):
        return Unseen(path)
    return Found(path, about.st_size, _moment(about.st_mtime))


def _moment(seconds: float) -> datetime:
    """Read a time that a file system gave; one that no calendar has is long ago."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.min.replace(tzinfo=UTC)
