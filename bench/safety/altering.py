"""Alterations of the journal in the database, by somebody who can write there without the key.

Each knows which is the first record that is not as it was written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from storage.record import Wrong

_COLUMNS = ("at", "who", "what", "about", "before", "digest")


@dataclass(frozen=True, slots=True)
class Altered:
    """What was done, the first record that is wrong since, and how it may be called."""

    how: str
    number: int
    wrongs: frozenset[Wrong]


Altering = Callable[[sqlite3.Connection, int, Random], Altered]


def changed(database: sqlite3.Connection, count: int, chance: Random) -> Altered:
    """Change one column of one record a little, or wholly."""
    number, column = chance.randint(1, count), chance.choice(_COLUMNS)
    read = f"select {column} from journal where number = ?"  # noqa: S608  # nosec B608  # a name of ours
    before = str(database.execute(read, (number,)).fetchone()[0])
    place = chance.randrange(len(before) + 1)
    after = chance.choice(
        [
            *(f"{before[:place]}1{before[place:]}", f"1{before[1:]}", "", "0" * 64),
            *(before[:-1], before.swapcase(), f"{before} "),
        ]
    )
    if after.strip() == before:  # a column of numbers has no blanks
        after = f"1{before}"
    _set(database, column, after, number)
    return Altered(f"changed {column}", number, frozenset({Wrong.CHANGED}))


def _set(database: sqlite3.Connection, column: str, value: str, number: int) -> None:
    change = f"update journal set {column} = ? where number = ?"  # noqa: S608  # nosec B608
    database.execute(change, (value, number))


def removed(database: sqlite3.Connection, count: int, chance: Random) -> Altered:
    """Remove one record or some that follow each other, the end excepted."""
    first = chance.randint(1, count - 1)
    last = chance.randint(first, count - 1)
    database.execute("delete from journal where number between ? and ?", (first, last))
    return Altered("removed", first, frozenset({Wrong.MISSING}))


def cut(database: sqlite3.Connection, count: int, chance: Random) -> Altered:
    """Cut the end off, and let what is left look whole as well as that can be done."""
    first = chance.randint(2, count)
    database.execute("delete from journal where number >= ?", (first,))
    if chance.random() < 0.5:
        end = "update journal_end set number = ?, digest = (select digest from journal where"
        database.execute(f"{end} number = ?)", (first - 1, first - 1))
    return Altered("cut", first, frozenset({Wrong.CUT}))


def swapped(database: sqlite3.Connection, count: int, chance: Random) -> Altered:
    one, other = sorted(chance.sample(range(1, count + 1), 2))
    for old, new in ((one, -1), (other, one), (-1, other)):
        database.execute("update journal set number = ? where number = ?", (new, old))
    return Altered("swapped", one, frozenset({Wrong.ORDER}))


def inserted(database: sqlite3.Connection, count: int, chance: Random) -> Altered:
    """Put a record in between that never was, made of another one."""
    number, source = chance.randint(1, count), chance.randint(1, count)
    database.execute("update journal set number = -number where number >= ?", (number,))
    database.execute("update journal set number = 1 - number where number < 0")
    moved = source + 1 if source >= number else source
    forged = "select ?, at, who, what, ?, before, digest from journal where number = ?"
    database.execute(f"insert into journal {forged}", (number, '{"person":1}', moved))
    return Altered("inserted", number, frozenset({Wrong.CHANGED}))


def repeated(database: sqlite3.Connection, count: int, chance: Random) -> Altered:
    """Put a record in once more, where another one should stand."""
    number = chance.randint(1, count)
    source = chance.choice([one for one in range(1, count + 1) if one != number])
    database.execute("update journal set number = -number where number >= ?", (number,))
    database.execute("update journal set number = 1 - number where number < 0")
    moved = source + 1 if source >= number else source
    again = "select ?, at, who, what, about, before, digest from journal where number = ?"
    database.execute(f"insert into journal {again}", (number, moved))
    return Altered("repeated", number, frozenset({Wrong.ORDER}))


def appended(database: sqlite3.Connection, count: int, chance: Random) -> Altered:
    """Write one more as if it had been written by us."""
    added = (
        "insert into journal select ?, at, who, what, about, digest, ? from journal"
        " where number = ?"
    )
    digest = chance.randbytes(32).hex()
    database.execute(added, (count + 1, digest, count))
    if chance.random() < 0.5:
        database.execute("update journal_end set number = ?, digest = ?", (count + 1, digest))
    return Altered("appended", count + 1, frozenset({Wrong.CHANGED}))


ALTERINGS: tuple[Altering, ...] = (*(changed, removed, cut, swapped, inserted, repeated, appended),)
