"""Tells which settings are others than at the last start, without keeping what they are."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from storage.database import Database
from storage.journal import Journal
from storage.journal_tables import setting_marks
from storage.record import What


class SettingMarks:
    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def renew(self, values: Mapping[str, str]) -> list[str]:
        """Return the names of those that have changed, and enter each in the journal.

        One that was not there at the last start has not.
        """
        async with self._database.write() as connection:
            marks = await self._journal.marks(connection, values)
            rows = await connection.execute(select(setting_marks))
            before = {row.name: row.mark for row in rows}
            changed = [name for name in marks if before.get(name, marks[name]) != marks[name]]
            if marks != before:
                await connection.execute(delete(setting_marks))
                rows_now = [{"name": name, "mark": mark} for name, mark in marks.items()]
                await connection.execute(insert(setting_marks), rows_now)
            for name in changed:
                await self._journal.append(connection, What.SETTING_CHANGED, {"name": name})
        return changed
