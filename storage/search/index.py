"""Keeps the search index true to the tracks, in the transaction that changes them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.search.spelling import SHORTEST, forms
from storage.search.texts import Searched, key

_ENTER_TEXT = (
    "insert into search_texts (track_id, title, artist, album, genre, latin, title_key, artist_key)"
    " values (?, ?, ?, ?, ?, ?, ?, ?)"
)
_ENTER = (
    "insert into search_index (rowid, title, artist, album, genre, latin) values (?, ?, ?, ?, ?, ?)"
)
_LEAVE = (
    "insert into search_index (search_index, rowid, title, artist, album, genre, latin)"
    " values ('delete', ?, ?, ?, ?, ?, ?)"
)
_COUNT = (
    "insert into search_terms (text, tracks) values (?, ?)"
    " on conflict (text) do update set tracks = tracks + excluded.tracks"
)
_TEXTS = (
    "select track_id, title, artist, album, genre, latin from search_texts"
    " where track_id in (select value from json_each(?))"
)
_MISSPELL = "insert or ignore into search_misspellings (checksum, term_id) values (?, ?)"


async def enter(connection: AsyncConnection, entries: Sequence[Searched]) -> None:
    """Let these tracks be found, none of which can be found yet."""
    if not entries:
        return
    texts = [_row(entry) for entry in entries]
    keys = [(*row, key(row[1]), key(row[2])) for row in texts]
    await connection.exec_driver_sql(_ENTER_TEXT, keys)
    await connection.exec_driver_sql(_ENTER, texts)
    words = Counter(word for entry in entries for word in entry.words)
    await _learn(connection, words)


async def leave(connection: AsyncConnection, track_ids: Collection[int]) -> None:
    """Let these tracks be found no more."""
    for some in batches(track_ids):
        found = await connection.exec_driver_sql(_TEXTS, (json.dumps(some),))
        entries = [
            Searched(row.track_id, row.title, row.artist, row.album, row.genre, row.latin)
            for row in found
        ]
        if not entries:
            continue
        await connection.exec_driver_sql(_LEAVE, [_row(entry) for entry in entries])
        gone = Counter(word for entry in entries for word in entry.words)
        await connection.exec_driver_sql(_COUNT, [(word, -gone[word]) for word in sorted(gone)])
        ids = [(entry.track_id,) for entry in entries]
        await connection.exec_driver_sql("delete from search_texts where track_id = ?", ids)


async def _learn(connection: AsyncConnection, words: Counter[str]) -> None:
    known = await _last_term(connection)
    await connection.exec_driver_sql(_COUNT, [(word, words[word]) for word in sorted(words)])
    new = await connection.exec_driver_sql(
        "select id, text from search_terms where id > ?", (known,)
    )
    misspelt = [
        (checksum, term.id)
        for term in new
        if len(term.text) >= SHORTEST and not term.text.isdigit()
        for checksum in forms(term.text)
    ]
    if misspelt:
        await connection.exec_driver_sql(_MISSPELL, misspelt)


async def _last_term(connection: AsyncConnection) -> int:
    found = await connection.exec_driver_sql("select coalesce(max(id), 0) from search_terms")
    return int(found.scalar_one())


def _row(entry: Searched) -> tuple[int, str, str, str, str, str]:
    return entry.track_id, entry.title, entry.artist, entry.album, entry.genre, entry.latin
