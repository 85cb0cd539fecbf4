"""What is left on the disk when a program is gone."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path


def files_below(folder: Path) -> list[Path]:
    # Looked at many times a second beside the servers: `walk` asks for no more than the names.
    return [Path(place, name) for place, _, names in os.walk(folder) for name in names]


def digests_below(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file, hidden ones too, by its path in the folder."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in files_below(folder)
    }


def damage(database: Path) -> list[str]:
    """Return what is wrong with a database: nothing, if SQLite finds it sound."""
    with closing(sqlite3.connect(database)) as connection:
        try:
            words = [row[0] for row in connection.execute("pragma integrity_check")]
            dangling = connection.execute("pragma foreign_key_check").fetchall()
        except sqlite3.DatabaseError as error:
            return [str(error)]
    return [word for word in words if word != "ok"] + [str(row) for row in dangling]
