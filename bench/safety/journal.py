"""Alters the journal at random, and counts how often that is named at the right record."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from random import Random

from bench.figure import Figure, Goal
from bench.safety.altering import ALTERINGS, Altered
from storage.actor import acting
from storage.database import open_database
from storage.journal import Journal
from storage.keys import open_vault
from storage.record import By, Verified, What, Who

_SEED = 20261126
_RECORDS = 40
_ALTERED, _ALTERED_QUICKLY = 1000, 200
_MANY = 2_000
_TABLES = ("journal", "journal_end", "journal_keys")
_WHO: tuple[Who, ...] = (By.PROGRAM, By.CONSOLE, 7, 123_456_789)
_START = datetime(2026, 1, 1, tzinfo=UTC)


def measure(*, quick: bool) -> Iterator[Figure]:
    tries = _ALTERED_QUICKLY if quick else _ALTERED
    with tempfile.TemporaryDirectory() as folder:
        named, unnamed = asyncio.run(_altered(Path(folder), tries))
    figure = "alterations of the journal named at the right record"
    detail: dict[str, object] = {"by kind": dict(named), "not named": unnamed[:10], "seed": _SEED}
    yield Figure(figure, named.total(), f"of {tries}", Goal(at_least=tries), detail)
    with tempfile.TemporaryDirectory() as folder:
        size = asyncio.run(_size(Path(folder), _MANY // 4 if quick else _MANY))
    yield Figure("room that a record of the journal takes", size, "bytes")


async def _altered(folder: Path, tries: int) -> tuple[Counter[str], list[str]]:
    chance, named, unnamed = Random(_SEED), Counter[str](), []  # no secret
    path = folder / "tad.db"
    async with open_database(path) as database:
        journal = Journal(database, open_vault(folder / "tad.key"))
        await _fill(journal, _RECORDS)
        with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as by_hand:
            _take_away_triggers(by_hand)
            whole = {table: _rows(by_hand, table) for table in _TABLES}
            for altering in islice(cycle(ALTERINGS), tries):
                altered = altering(by_hand, _RECORDS, chance)
                found = await journal.verify()
                is_right = _is_right(altered, found)
                named[altered.how] += is_right
                unnamed += [] if is_right else [f"{altered}: {found.broken}"]
                _put_back(by_hand, whole)
        assert (await journal.verify()).broken is None
    return named, unnamed


def _is_right(altered: Altered, found: Verified) -> bool:
    broken = found.broken
    return broken is not None and broken.number == altered.number and broken.wrong in altered.wrongs


async def _size(folder: Path, count: int) -> float:
    """Return how many bytes of the file a record takes, with the index."""
    path = folder / "tad.db"
    async with open_database(path) as database:
        journal = Journal(database, open_vault(folder / "tad.key"))
        before = await asyncio.to_thread(_used, path)
        await _fill(journal, count)
        return (await asyncio.to_thread(_used, path) - before) / count


async def _fill(journal: Journal, count: int) -> None:
    chance = Random(_SEED)  # as above
    for number in range(count):
        at = _START + timedelta(minutes=number)
        who = chance.choice(_WHO)
        with acting(who, lambda at=at: at):  # type: ignore[misc]
            await journal.add(chance.choice(list(What)[1:5]), {"watch": number, "chat": -100_123})


def _used(path: Path) -> int:
    with closing(sqlite3.connect(path)) as database:
        database.execute("pragma wal_checkpoint(truncate)")
        pages = database.execute("pragma page_count").fetchone()[0]
        free = database.execute("pragma freelist_count").fetchone()[0]
        return int((pages - free) * database.execute("pragma page_size").fetchone()[0])


def _take_away_triggers(by_hand: sqlite3.Connection) -> None:
    rows = by_hand.execute("select name from sqlite_master where type = 'trigger'").fetchall()
    for (name,) in rows:
        if name.startswith("journal_"):
            by_hand.execute(f"drop trigger {name}")


def _rows(by_hand: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return by_hand.execute(f"select * from {table}").fetchall()  # noqa: S608  # nosec B608  # a name of ours


def _put_back(by_hand: sqlite3.Connection, whole: dict[str, list[tuple[object, ...]]]) -> None:
    for table, rows in whole.items():
        by_hand.execute("begin")
        by_hand.execute(f"delete from {table}")  # noqa: S608  # nosec B608
        marks = ", ".join("?" for _ in rows[0])
        by_hand.executemany(f"insert into {table} values ({marks})", rows)  # noqa: S608  # nosec B608
        by_hand.execute("commit")
