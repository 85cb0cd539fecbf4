"""Keeps the search index true to the tracks, in the transaction that changes them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.search.spelling import forms, is_kept
from storage.search.texts import Searched, key, searched

# Of longer ones, never more tracks have all words than are ranked.
_WORDS_OF_A_NAME = 2
_ENTER_TEXT = (
    "insert into search_texts (track_id, title, artist, album, genre, latin)"
    " values (?, ?, ?, ?, ?, ?)"
)
_ENTER = (
    "insert into search_index (rowid, title, artist, album, genre, latin) values (?, ?, ?, ?, ?, ?)"
)
_ENTER_NAME = "insert or ignore into search_names (checksum, track_id) values (?, ?)"
_LEAVE_NAME = "delete from search_names where checksum = ? and track_id = ?"
_LEAVE = (
    "insert into search_index (search_index, rowid, title, artist, album, genre, latin)"
    " values ('delete', ?, ?, ?, ?, ?, ?)"
)
# `where true`: else SQLite takes the `on` for that of a join.
_COUNT = (
    "insert into search_terms (text, tracks) select key, value from json_each(?) where true"
    " order by key on conflict (text) do update set tracks = tracks + excluded.tracks"
)
_TEXTS = (
    "select track_id, title, artist, album, genre, latin from search_texts"
    " where track_id in (select value from json_each(?))"
)
_OLDER = (
    "select id, title, performer, album, genre, name from tracks"
    " where id < (select unindexed_before from search_state) and better_id is null"
    " and removed_at is null and not exists (select 1 from search_texts where track_id = tracks.id)"
    " order by id desc limit ?"
)
_OLDER_THAN = "update search_state set unindexed_before = ?"
_CHANGED = "update search_state set version = version + 1"
_MISSPELL = "insert or ignore into search_misspellings (checksum, term_id) values (?, ?)"


async def enter(connection: AsyncConnection, entries: Sequence[Searched]) -> None:
    """Let these tracks be found, none of which can be found yet."""
    if not entries:
        return
    rows = sorted(entries)  # FTS5 writes out what it has where a lower number comes
    await connection.exec_driver_sql(_ENTER_TEXT, rows)
    await _each(connection, _ENTER_NAME, _names(entries))
    await connection.exec_driver_sql(_ENTER, rows)
    await _learn(connection, Counter(word for entry in entries for word in entry.words))
    await connection.exec_driver_sql(_CHANGED)


async def leave(connection: AsyncConnection, track_ids: Collection[int]) -> None:
    """Let these tracks be found no more."""
    for some in batches(track_ids):
        found = await connection.exec_driver_sql(_TEXTS, (json.dumps(some),))
        entries = [Searched._make(row) for row in found]
        if not entries:
            continue
        await connection.exec_driver_sql(_LEAVE, entries)
        gone = Counter(word for entry in entries for word in entry.words)
        fewer = {word: -count for word, count in gone.items()}
        await connection.exec_driver_sql(_COUNT, (json.dumps(fewer),))
        await _each(connection, _LEAVE_NAME, _names(entries))
        ids = [(entry.track_id,) for entry in entries]
        await connection.exec_driver_sql("delete from search_texts where track_id = ?", ids)
        await connection.exec_driver_sql(_CHANGED)


async def enter_older(connection: AsyncConnection, at_once: int) -> int:
    """Let some tracks be found that a program without search has entered; return how many.

    The newest first. Those that have been entered out of turn are passed over.
    """
    found = (await connection.exec_driver_sql(_OLDER, (at_once,))).all()
    entries = [
        searched(row.id, row.title, row.performer, row.album, row.genre, row.name) for row in found
    ]
    await enter(connection, entries)
    done = min(entry.track_id for entry in entries) if len(entries) == at_once else 0
    await connection.exec_driver_sql(_OLDER_THAN, (done,))
    return len(entries)


async def _learn(connection: AsyncConnection, words: Counter[str]) -> None:
    known = await _last_term(connection)
    await connection.exec_driver_sql(_COUNT, (json.dumps(words),))
    new = await connection.exec_driver_sql(
        "select id, text from search_terms where id > ?", (known,)
    )
    misspelt = [
        (checksum, term.id) for term in new if is_kept(term.text) for checksum in forms(term.text)
    ]
    await _each(connection, _MISSPELL, misspelt)


async def _each(
    connection: AsyncConnection, statement: str, rows: Sequence[tuple[int, int]]
) -> None:
    if rows:  # of none, the driver takes the statement for one without parameters
        await connection.exec_driver_sql(statement, list(rows))


async def _last_term(connection: AsyncConnection) -> int:
    found = await connection.exec_driver_sql("select coalesce(max(id), 0) from search_terms")
    return int(found.scalar_one())


def _names(entries: Sequence[Searched]) -> list[tuple[int, int]]:
    """Return the names that stand in so many other tracks that they must be found by themselves."""
    return sorted(
        (key(name), entry.track_id)
        for entry in entries
        for name in (entry.title, entry.artist)
        if name and name.count(" ") < _WORDS_OF_A_NAME
    )
