"""A library of beets and its fuzzy plugin, in an environment that has beets.

Told: `{"rows": [[ID, ARTIST, TITLE, ALBUM, ...], ...]}`, or `{"find": [PART, ...], "limit": N}`, to
which it answers with the ids that it found.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import redirect_stdout
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

Words = dict[str, Any]

_INSERT = (
    "INSERT INTO items (id, artist, title, album, length, year, path) VALUES (?, ?, ?, ?, ?, ?, ?)"
)


def main(folder: Path) -> None:
    # What beets prints is for people.
    with redirect_stdout(sys.stderr):
        library = _library(folder / "beets.db")
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        order: Words = json.loads(line)
        with redirect_stdout(sys.stderr):
            told = answer(library, folder / "beets.db", order)
        print(json.dumps(told), flush=True)


def _library(path: Path) -> Any:
    # Not at the top: the environment of the tools has no beets.
    beets, plugins, library = map(import_module, ("beets", "beets.plugins", "beets.library"))
    beets.config["plugins"] = ["fuzzy"]
    plugins.load_plugins()
    return library.Library(str(path))


def answer(library: Any, path: Path, order: Words) -> Words:
    """Do what is told. beets has no types."""
    if "rows" in order:
        _add(path, order["rows"])
        return {}
    return {"ids": [item.id for item in islice(library.items(order["find"]), order["limit"])]}


def _add(path: Path, rows: list[list[Any]]) -> None:
    """Fill its own table: adding items one by one takes a minute, and is not what is compared."""
    connection = sqlite3.connect(path)
    with connection:
        connection.executemany(
            _INSERT,
            (
                (number, artist, title, album, duration, year, f"{number}.{form}".encode())
                for number, artist, title, album, duration, _, form, year, _ in rows
            ),
        )
    connection.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
