"""Tracks that came only out of chats whose owners do not want their posts passed on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from storage.database import Database

_PROTECTED = (
    "select p.track_id, max(c.title) from postings p left join chats c on c.id = p.chat_id"
    " join tracks t on t.id = p.track_id"
    " where p.track_id in (select value from json_each(?))"
    " and t.document_id is not null"  # what people have brought themselves is theirs
    " group by p.track_id having min(coalesce(c.is_protected, 0))"
)


class Protection:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def among(self, track_ids: Collection[int]) -> dict[int, str]:
        """Return those of the tracks that are protected, with the title of such a chat."""
        asked = json.dumps([*track_ids])

        def read(connection: sqlite3.Connection) -> dict[int, str]:
            return dict(connection.execute(_PROTECTED, (asked,)).fetchall())

        return await self._database.errands.run(read) if track_ids else {}
