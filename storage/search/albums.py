"""Puts the tracks of albums in the order in which they are on them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from itertools import count

# Where a disc is not told, there is one; where a track has no number, it comes at the end.
_NUMBERS = (
    "select id, album, album_artist, coalesce(disc_number, 1), coalesce(track_number, 10000)"
    " from tracks where id in (select value from json_each(?)) order by id"
)


def in_order(cursor: sqlite3.Cursor, track_ids: Sequence[int]) -> list[int]:
    """Return the tracks by album, disc and number; of what is not told, the first entered first."""
    places = count()
    albums: dict[tuple[str, str], int] = {}

    def place(row: tuple[int, str, str, int, int]) -> tuple[int, int, int, int]:
        track_id, album, album_artist, disc, number = row
        name = (album.casefold(), album_artist.casefold())
        if name not in albums:
            albums[name] = next(places)
        return albums[name], disc, number, track_id

    found = cursor.execute(_NUMBERS, (json.dumps(list(track_ids)),)).fetchall()
    return [key[-1] for key in sorted(map(place, found))]
