"""Copies the whole database of one moment while others write, and looks whether one is whole.

Blocking. It goes by SQLite's own pages, so that nothing of a schema need be known here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from urllib.parse import quote

from sqlalchemy import func, select, table

from storage.errors import DatabaseDamagedError, DiskFailure, DiskTrouble
from storage.mishaps import our_errors
from storage.reading import is_file

_PAGES = 2048  # 8 MiB between two looks whether anybody still waits
_PATIENCE = 30.0  # seconds for whoever holds the database
_REVISION = "select version_num from alembic_version"
_OF_THE_MOMENT = (
    "delete from transfers",
    "delete from updates where body is not null",
    "delete from claim_codes",
    "update invites set withdrawn_at = made_at where used_at is null and withdrawn_at is null",
)
_TABLES = (
    "select name from sqlite_master where type = 'table'"
    " and name not like 'sqlite\\_%' escape '\\' and name not like 'search\\_index%' escape '\\'"
)


class GivenUpError(Exception):
    """Nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a database holds: its `schema`, the rows of its tables, tracks with a file, and bytes.

    The bytes are of those files as they came.
    """

    schema: str = ""
    rows: Mapping[str, int] = field(default_factory=dict)
    files: int = 0
    bytes: int = 0


def copy(source: Path, target: Path, given_up: Event) -> None:
    """Copy all that is committed at this moment into a new file. Nobody has to stop for it.

    Raises `GivenUpError`.
    """

    def told(_status: int, _left: int, _all: int) -> None:
        if given_up.is_set():
            raise GivenUpError

    if not is_file(source):
        raise DiskFailure(DiskTrouble.MISSING, source)
    with our_errors(source), _opened(source) as database, _opened(target) as copied:
        # What is read in one transaction is of one moment. Without it each step would be one of
        # its own, and begin again whenever anybody has written in between.
        database.execute("begin")
        database.execute("select count(*) from sqlite_master").fetchone()
        database.backup(copied, pages=_PAGES, progress=told)
        database.execute("rollback")
        copied.execute("pragma journal_mode = delete")  # so that all is in the one file


def holdings(path: Path) -> Holdings:
    """Tell what is in a database, whatever its schema; nothing of it is touched."""
    with our_errors(path), _looked_at(path) as database:
        names = [name for (name,) in database.execute(_TABLES)]
        counts = {name: _count(database, name) for name in names}
        revision = database.execute(_REVISION).fetchone() if "alembic_version" in names else None
        files, size = (0, 0)
        if "tracks" in names:
            files, size = database.execute(
                "select count(*), coalesce(sum(size), 0) from tracks where path is not null"
            ).fetchone()
    return Holdings(revision[0] if revision else "", counts, files, size)


def check(path: Path) -> None:
    """Look at every page and every row; raises `DatabaseDamagedError`."""
    with our_errors(path), _opened(path) as database:
        (found,) = database.execute("pragma integrity_check(1)").fetchone()
        if found != "ok":
            raise DatabaseDamagedError(path, found)
        if database.execute("pragma foreign_key_check").fetchone() is not None:
            raise DatabaseDamagedError(path, "a row points to one that does not exist")


def forget_the_moment(path: Path) -> None:
    """Forget what was true of the moment of a copy alone, and would do harm at another.

    Which bytes of unfinished files are here; what somebody had asked for and was being done, for it
    was done since; and ways in, which may have been used or withdrawn since.
    """
    with our_errors(path), _opened(path) as database:
        database.execute("begin")
        for statement in _OF_THE_MOMENT:
            database.execute(statement)
        database.execute("commit")


def keep_library_keys(path: Path, present: Path) -> None:
    """Bring along the keys of the present library: its files are sealed as they are now.

    Which key is that of today stays as it is at present, if there ever was one.
    """
    with our_errors(path), _opened(path) as database:
        database.execute("attach ? as present", (str(present),))
        is_known = "select 1 from present.sqlite_master where name = 'library_keys'"
        if database.execute(is_known).fetchone() is None:
            return
        if database.execute("select 1 from present.library_keys").fetchone() is None:
            return
        database.execute("begin immediate")
        database.execute("update library_keys set is_of_today = 0")
        database.execute(
            "insert or replace into main.library_keys (id, key, is_of_today)"
            " select id, key, is_of_today from present.library_keys"
        )
        database.execute("commit")


def settle(path: Path) -> None:
    """Bring all that is committed into the one file. Raises `DatabaseBusyError` where it is held.

    It is held by any program that has it open, even one that does nothing.
    """
    with our_errors(path), _opened(path) as database:
        database.execute("pragma wal_checkpoint(truncate)").fetchone()
        database.execute("pragma journal_mode = delete").fetchone()


def _count(database: sqlite3.Connection, name: str) -> int:
    counted = select(func.count()).select_from(table(name))
    count: int = database.execute(str(counted)).fetchone()[0]
    return count


def _opened(path: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None))


def _looked_at(path: Path) -> closing[sqlite3.Connection]:
    address = f"file:{quote(str(path))}?mode=ro"
    return closing(sqlite3.connect(address, _PATIENCE, isolation_level=None, uri=True))
