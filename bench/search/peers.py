"""How others search with SQLite: as its manual has it, as Navidrome does, and with LIKE."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.search.catalogue import Row
from bench.search.contender import Built
from bench.search.queries import words_of

_CACHE = 64 << 10  # KiB
_TABLE = """
    CREATE TABLE track (
        id INTEGER PRIMARY KEY, artist TEXT, title TEXT, album TEXT,
        duration INTEGER, size INTEGER, format TEXT, year INTEGER, added INTEGER
    )
"""
_FTS = """
    CREATE VIRTUAL TABLE found USING fts5(
        artist, title, album, content='track', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2' {options}
    )
"""
_LIKE = "SELECT id FROM track WHERE {clauses} {order} LIMIT ?"
_FILL = "INSERT INTO found(found) VALUES ('rebuild')"
# Hangul, Kana and Han: what unicode61 makes one word of.
_CJK = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


class Tracks:
    """The tracks in a database of their own. `index` tells what came on top of them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None)
        # What a power cut would do to it does not matter here.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", f"cache_size = -{_CACHE}"):
            self._connection.execute(f"PRAGMA {pragma}")

    def fill(self, rows: Iterable[Row]) -> None:
        self._connection.execute("BEGIN")
        self._connection.execute(_TABLE)
        self._connection.executemany("INSERT INTO track VALUES (?,?,?,?,?,?,?,?,?)", rows)
        self._connection.execute("COMMIT")

    def index(self, *statements: str) -> Built:
        before, begin = self._path.stat().st_size, time.process_time()
        for statement in statements:
            self._connection.execute(statement)
        return Built(time.process_time() - begin, self._path.stat().st_size - before)

    def ids(self, query: str, *values: object) -> list[int]:
        return [number for (number,) in self._connection.execute(query, values)]

    def close(self) -> None:
        self._connection.close()


class Ranked:
    """FTS5 with short prefixes, the best by bm25 first; the last word may be unfinished."""

    name = "bm25"

    def __init__(self, folder: Path) -> None:
        self._tracks = Tracks(folder / "bm25.db")
        self.close = self._tracks.close

    def build(self, rows: Iterable[Row]) -> Built:
        self._tracks.fill(rows)
        return self._tracks.index(_FTS.format(options=", prefix='2 3'"), _FILL)

    def find(self, text: str, limit: int) -> list[int]:
        match = " ".join(f'"{word}"' for word in words_of(text)) + "*"
        return self._tracks.ids(
            "SELECT rowid FROM found WHERE found MATCH ? ORDER BY rank LIMIT ?", match, limit
        )


class Navidrome:
    """The shape of Navidrome's queries, with weights for the columns.

    Its table has eleven columns, and its LIKE looks into four; here are three.
    https://github.com/navidrome/navidrome/blob/master/persistence/sql_search_fts.go
    """

    name = "navidrome"

    def __init__(self, folder: Path) -> None:
        self._tracks = Tracks(folder / "navidrome.db")
        self.close = self._tracks.close

    def build(self, rows: Iterable[Row]) -> Built:
        self._tracks.fill(rows)
        return self._tracks.index(_FTS.format(options=""), _FILL)

    def find(self, text: str, limit: int) -> list[int]:
        words = words_of(text)
        if _CJK.search(text):
            return _alike(self._tracks, words, "ORDER BY title", limit)
        match = " AND ".join(f'("{word}" OR "{word}"*)' for word in words)
        return self._tracks.ids(
            "SELECT rowid FROM found WHERE found MATCH ? ORDER BY bm25(found, 5, 10, 3) LIMIT ?",
            match,
            limit,
        )


class Like:
    """LIKE on three columns for each word, in no order."""

    name = "like"

    def __init__(self, folder: Path) -> None:
        self._tracks = Tracks(folder / "like.db")
        self.close = self._tracks.close

    def build(self, rows: Iterable[Row]) -> Built:
        self._tracks.fill(rows)
        return self._tracks.index()

    def find(self, text: str, limit: int) -> list[int]:
        return _alike(self._tracks, words_of(text), "", limit)


def _alike(tracks: Tracks, words: Sequence[str], order: str, limit: int) -> list[int]:
    each = "(title LIKE ? OR artist LIKE ? OR album LIKE ?)"
    clauses = " AND ".join([each] * len(words))
    query = _LIKE.format(clauses=clauses, order=order)
    patterns = [f"%{word}%" for word in words for _ in range(3)]
    return tracks.ids(query, *patterns, limit)
