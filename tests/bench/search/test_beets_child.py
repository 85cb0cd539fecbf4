from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.search.beets_child import answer
from bench.search.catalogue import rows


@dataclass(frozen=True)
class Item:
    id: int


@dataclass
class Library:
    """Finds three items, whatever it is asked."""

    asked: list[list[str]] = field(default_factory=list)

    def items(self, parts: list[str]) -> Iterator[Item]:
        self.asked.append(parts)
        return iter([Item(7), Item(8), Item(9)])


def test_a_library_is_asked_for_no_more_than_is_wanted(tmp_path: Path) -> None:
    library = Library()
    told = answer(library, tmp_path / "beets.db", {"find": ["two", "words"], "limit": 2})

    assert {"ids": [7, 8]} == told
    assert [["two", "words"]] == library.asked


def test_tracks_become_items_with_the_same_numbers(tmp_path: Path) -> None:
    made = list(rows(3))
    connection = sqlite3.connect(tmp_path / "beets.db")
    connection.execute(
        "CREATE TABLE items (id INTEGER PRIMARY KEY, artist, title, album, length, year, path)"
    )
    answer(Library(), tmp_path / "beets.db", {"rows": [list(row) for row in made]})

    found = connection.execute("SELECT id, artist, title FROM items").fetchall()
    connection.close()
    assert [(row.id, row.artist, row.title) for row in made] == found
