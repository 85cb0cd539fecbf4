from __future__ import annotations

import sqlite3

from storage.database import Database
from storage.imports import Imports
from storage.search.index import enter_older, leave
from tests.storage.search.older import unindex
from tests.storage.values import NOW, a_file

TABLES = ("search_texts", "search_names", "search_state", "search_terms")


async def counts(database: Database) -> dict[str, int]:
    def read(connection: sqlite3.Connection) -> dict[str, int]:
        found = {}
        for table in TABLES[:2]:
            found[table] = connection.execute("select count(*) from " + table).fetchone()[0]
        words = "select count(*) from search_terms where tracks > 0"
        found["words"] = connection.execute(words).fetchone()[0]
        return found

    return await database.errands.run(read)


async def is_whole(database: Database) -> bool:
    """Let SQLite compare the index with the texts it was made of."""

    async with database.write() as connection:
        await connection.exec_driver_sql(
            "insert into search_index (search_index, rank) values ('integrity-check', 1)"
        )
    return True


async def test_what_leaves_is_gone_from_everywhere(database: Database) -> None:
    added = await Imports(database).add([a_file("So What"), a_file("Blue in Green")], NOW)
    async with database.write() as connection:
        await leave(connection, added)
        await leave(connection, added)

    assert await counts(database) == {"search_texts": 0, "search_names": 0, "words": 0}
    assert await is_whole(database)


async def test_long_names_and_none_at_all_are_indexed_too(database: Database) -> None:
    files = [a_file("The Long Way Home", "Nobody You Ever Knew"), a_file("", "")]
    added = await Imports(database).add(files, NOW)
    async with database.write() as connection:
        await leave(connection, added)

    assert await counts(database) == {"search_texts": 0, "search_names": 0, "words": 0}
    assert await is_whole(database)


async def test_words_of_others_stay(database: Database) -> None:
    first, _ = await Imports(database).add([a_file("So What"), a_file("So Long")], NOW)
    async with database.write() as connection:
        await leave(connection, [first])

    found = await database.errands.run(
        lambda connection: connection.execute(
            "select text, tracks from search_terms where tracks > 0 order by text"
        ).fetchall()
    )
    assert found == [("davis", 1), ("long", 1), ("miles", 1), ("so", 1)]
    assert await is_whole(database)


async def test_what_an_older_program_has_entered_is_indexed_in_steps(database: Database) -> None:
    added = await Imports(database).add([a_file(f"Song {number}") for number in range(7)], NOW)
    async with database.write() as connection:
        await unindex(connection, added)
    newer = await Imports(database).add([a_file("Newer")], NOW)
    async with database.write() as connection:
        steps = [await enter_older(connection, 3) for _ in range(4)]

    assert steps == [3, 3, 1, 0]
    assert (await counts(database))["search_texts"] == len(added) + len(newer)
    assert await is_whole(database)
