"""The backups of an installation: made while it works, read back before they count, listed.

The catalogue is in them, and with it the sealed login sessions; neither the music nor the key file.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import structlog

from storage import archive, snapshot
from storage.archive import Contents
from storage.errors import BackupBrokenError, DatabaseDamagedError, NameTaken, disk_errors
from storage.exclusive import only_one
from storage.folders import make_way
from storage.placing import place, sync_folder
from storage.reading import is_file
from storage.segments import SegmentKey

log = structlog.get_logger(__name__)

ENDING = ".tadbackup"
_WORKSHOP = ".backup"  # in the data folder, for what must not be read by others
_NAME = re.compile(rf"tad-(\d{{4}}-\d\d-\d\dT\d\d-\d\d-\d\dZ){re.escape(ENDING)}")
_MOMENT = "%Y-%m-%dT%H-%M-%SZ"
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that lies in the folder: when it was made, by its name, and its bytes."""

    path: Path
    made_at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was just made, and read back whole."""

    path: Path
    size: int
    contents: Contents


class Backups:
    """Backups of one database, sealed with `key`; without another word they go into `folder`."""

    def __init__(self, database: Path, folder: Path, key: SegmentKey) -> None:
        self.folder = folder
        self._database = database
        self._key = key

    async def make(self, now: datetime, program: str, to: Path | None = None) -> Backup:
        """Make one, as a file of that name, or in that folder under a name with the time.

        It has its name only once it was read back whole. Raises `NameTaken`, and `InUseError`
        where another is being made.
        """
        given_up = Event()
        try:
            return await asyncio.to_thread(self._make, now, program, to, given_up)
        finally:
            # The thread of a cancelled call would go on to the end, and hold up the exit.
            given_up.set()

    async def every(self) -> list[Kept]:
        """Return what lies in the folder under a name of ours, the newest first."""
        return await asyncio.to_thread(self._every)

    async def prune(self, keep: int) -> int:
        """Remove the oldest of more than that many; return how many went."""
        return await asyncio.to_thread(self._prune, keep)

    def contents(self, path: Path) -> Contents:
        """Read what a backup says it holds; blocking. Raises `BackupError`."""
        return archive.contents_of(path, self._key)

    def _make(self, now: datetime, program: str, to: Path | None, given_up: Event) -> Backup:
        path = None if to is None or to.is_dir() else to
        folder = path.parent if path else to or self.folder
        with disk_errors(folder):
            make_way(folder, 0o700)
        if path is not None and path.exists():
            raise NameTaken(path)
        new = folder / f".{self._key.id.hex()}.new"
        with workshop(self._database.parent) as shop, _aside(new) as aside:
            contents = self._sealed(shop, aside, now, program, given_up)
            size = aside.stat().st_size
            path = _placed(aside, path) if path else _named(aside, folder, now)
        log.info("backup made", path=str(path), size=size)
        return Backup(path, size, contents)

    def _sealed(
        self, shop: Path, aside: Path, now: datetime, program: str, given_up: Event
    ) -> Contents:
        """Seal what the database is at this moment, and read it back."""
        copied = shop / "copied.db"
        try:
            snapshot.copy(self._database, copied, given_up)
            contents = self._seal(copied, aside, now, program, given_up)
            try:
                # Else only what it was meant to be were known, and not what the disk has of it.
                found = archive.unpack(aside, self._key, shop / "again.db", given_up)
            except BackupBrokenError:
                snapshot.check(copied)  # or was it damaged before?
                raise
        except DatabaseDamagedError as error:
            raise DatabaseDamagedError(self._database, error.detail) from error
        assert found == contents, "what was read back is what was written"
        return contents

    def _seal(
        self, database: Path, aside: Path, now: datetime, program: str, given_up: Event
    ) -> Contents:
        with disk_errors(aside), os.fdopen(_new(aside), "wb") as out:
            contents = archive.write(out, self._key, database, now, program, given_up)
            out.flush()
            os.fsync(out.fileno())
            # It is to be read from the disk, and not from memory.
            os.posix_fadvise(out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return contents

    def _every(self) -> list[Kept]:
        with disk_errors(self.folder):
            try:
                paths = list(self.folder.iterdir())
            except FileNotFoundError:
                return []
            found = [Kept(path, moment, path.stat().st_size) for path, moment in _ours(paths)]
        return sorted(found, key=lambda one: one.made_at, reverse=True)

    def _prune(self, keep: int) -> int:
        old = self._every()[keep:]
        for one in old:
            with disk_errors(one.path):
                one.path.unlink(missing_ok=True)
            log.info("old backup removed", path=str(one.path))
        return len(old)


def _new(path: Path) -> int:
    """Make a file that nobody else may read."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)


@contextmanager
def workshop(data_dir: Path) -> Iterator[Path]:
    """Give an empty folder of our own in the data folder, whose files go with the end.

    Raises `InUseError` where somebody else works there.
    """
    folder = data_dir / _WORKSHOP
    with disk_errors(folder):
        make_way(folder, 0o700)
    with only_one(folder):
        _empty(folder)  # of what a kill has left
        try:
            yield folder
        finally:
            _empty(folder)


def _empty(folder: Path) -> None:
    with disk_errors(folder):
        for path in list(folder.iterdir()):
            path.unlink(missing_ok=True)


@contextmanager
def _aside(aside: Path) -> Iterator[Path]:
    """Have a file of that name go with the end, unless it got another name."""
    with disk_errors(aside):
        aside.unlink(missing_ok=True)
        try:
            yield aside
        finally:
            with suppress(FileNotFoundError):
                aside.unlink()


def _named(aside: Path, folder: Path, now: datetime) -> Path:
    """Give it the first free name from that second on."""
    moment = now.astimezone(UTC)
    while True:
        path = folder / f"tad-{moment:{_MOMENT}}{ENDING}"
        try:
            return _placed(aside, path)
        except NameTaken:
            moment += _SECOND


def _placed(aside: Path, path: Path) -> Path:
    place(aside, path)
    sync_folder(path.parent)
    return path


def _ours(paths: list[Path]) -> Iterator[tuple[Path, datetime]]:
    for path in paths:
        match = _NAME.fullmatch(path.name)
        if match is None or not is_file(path):
            continue
        with suppress(ValueError):  # no calendar has that day
            yield path, datetime.strptime(match[1], _MOMENT).replace(tzinfo=UTC)
