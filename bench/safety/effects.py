"""What commands have brought about, read from the database of a bot."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

from storage.documents import request_from


def effects(database: Path) -> Counter[str]:
    """Count each effect by a name of its own: jobs, likes, entries, lists, watches, plays."""
    found: Counter[str] = Counter()
    for (document,) in rows(database, "select request from jobs"):
        asked = request_from(document)
        if asked.watch is not None:
            found[f"backfill of {asked.chat.removeprefix('@')}"] += 1
        for number in asked.message_ids:
            found[f"job of {number}"] += 1
    for (track,) in rows(database, "select track_id from favorites"):
        found[f"like of {track}"] += 1
    for (track,) in rows(database, "select track_id from playlist_tracks where playlist_id = 1"):
        found[f"entry {track}"] += 1
    for (name,) in rows(database, "select name from playlists"):
        found[f"list {name}"] += 1
    for (name,) in rows(database, "select name from watches"):
        found[f"watch of {name.removeprefix('@')}"] += 1
    [(found["plays"],)] = rows(database, "select coalesce(sum(times), 0) from plays")
    return found


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(database, timeout=30)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()
