"""Puts the database of a backup in the place of the one that is there: the old or the new, whole.

Everything is looked at before anything is touched. What was there keeps its bytes under another
name.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import structlog

from storage import archive, snapshot
from storage.archive import Contents
from storage.backups import workshop
from storage.database import bring_up_to_date
from storage.errors import DatabaseDamagedError, NameTaken, disk_errors
from storage.exclusive import exclusive
from storage.folders import make_way
from storage.placing import beside_by_link, place, sync_folder
from storage.segments import SegmentKey
from storage.snapshot import Holdings

log = structlog.get_logger(__name__)

_SIDES = ("-wal", "-shm", "-journal")  # what SQLite lays beside a database
_MOMENT = "%Y-%m-%dT%H-%M-%SZ"
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A backup that was found to be whole, as a database of the newest schema beside the present.

    `present` is what is there now: None where nothing is, or nothing that can be read.
    """

    contents: Contents
    present: Holdings | None
    new: Path
    database: Path

    async def put_in_place(self, now: datetime) -> Path | None:
        """Have it take over; return where the present database is then, if there was one.

        The program must not run. Raises `DatabaseBusyError` where another still has it open.
        """
        lock = self.database.with_name(f"{self.database.name}.lock")
        async with exclusive(lock):  # who starts now waits here before it opens anything
            settles = self.present is not None
            return await asyncio.to_thread(
                _put_in_place, self.new, self.database, now, settles=settles
            )


@asynccontextmanager
async def prepared(path: Path, database: Path, key: SegmentKey) -> AsyncIterator[Prepared]:
    """Unpack a backup and look at all of it. Raises `BackupError`; nothing was touched then."""
    given_up = Event()
    with disk_errors(database):
        await asyncio.to_thread(make_way, database.parent, 0o700)
    with workshop(database.parent) as shop:
        new = shop / "restored.db"
        try:
            contents = await asyncio.to_thread(archive.unpack, path, key, new, given_up)
        finally:
            given_up.set()
        await bring_up_to_date(new)
        present = await asyncio.to_thread(_present, database)
        await asyncio.to_thread(_finish, new, None if present is None else database)
        yield Prepared(contents, present, new, database)


def _finish(new: Path, present: Path | None) -> None:
    snapshot.forget_the_moment(new)
    if present is not None:
        snapshot.keep_library_keys(new, present)
    snapshot.settle(new)
    with disk_errors(new):
        new.chmod(0o600)
        _sync(new)


def _present(database: Path) -> Holdings | None:
    if not database.is_file():
        return None
    try:
        return snapshot.holdings(database)
    except DatabaseDamagedError as error:
        log.warning("the present database cannot be read", error=str(error))
        return None


def _put_in_place(new: Path, database: Path, now: datetime, *, settles: bool) -> Path | None:
    aside = None
    if database.is_file():
        with disk_errors(database):
            aside = _set_aside(database, now, settles=settles)
    with disk_errors(database):
        # From here on there is nothing beside the name that could be taken for its own.
        new.replace(database)
        sync_folder(database.parent)
    log.info("database restored", path=str(database), before=str(aside))
    return aside


def _set_aside(database: Path, now: datetime, *, settles: bool) -> Path:
    """Give the present database another name too. It keeps its own until that is another's.

    One that cannot be read does not settle: it goes as it is, with what lies beside it.
    """
    try:
        if settles:
            snapshot.settle(database)
    except DatabaseDamagedError as error:
        log.warning("set aside as it is", error=str(error))
    _forget_names(database)
    moment = now.astimezone(UTC)
    while True:
        aside = database.with_name(f"tad-before-{moment:{_MOMENT}}.db")
        try:
            _name_too(database, aside)
        except NameTaken:
            moment += _SECOND
            continue
        break
    for ending in _SIDES:
        # Of another database it would be replayed into this one.
        with suppress(FileNotFoundError):
            place(database.with_name(database.name + ending), aside.with_name(aside.name + ending))
    sync_folder(database.parent)
    return aside


def _forget_names(database: Path) -> None:
    """Take back the names that a run that was killed has given to the present database."""
    for aside in list(database.parent.glob("tad-before-*.db")):
        if aside.samefile(database):
            aside.unlink()


def _name_too(database: Path, aside: Path) -> None:
    try:
        beside_by_link(database, aside)
    except NameTaken:
        raise
    except OSError:  # this file system has no links
        with database.open("rb") as source, aside.open("xb") as copy:
            shutil.copyfileobj(source, copy)
        aside.chmod(0o600)
        _sync(aside)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
