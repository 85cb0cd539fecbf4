"""Answers what people type with tracks, page by page."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from storage.database import Database
from storage.query.tree import Query
from storage.search.candidates import ANY_ID, WINDOW, Lookup, Span
from storage.search.filters import Asker, Sql, conditions
from storage.search.ranking import ranked
from storage.search.wanted import Wanted, wanted

_NEWEST_ID = "select coalesce(max(id), 0) from tracks"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: tracks that have come since the first page are left out.

    `shown` counts those among the tracks before `before` that were on earlier pages.
    """

    newest: int
    before: int = ANY_ID
    shown: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Track ids, the likeliest first. `meant` is what was searched where nothing fits."""

    ids: tuple[int, ...]
    next: Cursor | None = None
    meant: str | None = None


class Search:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(
        self,
        query: Query,
        limit: int,
        *,
        person_id: int,
        now: datetime,
        after: Cursor | None = None,
    ) -> Page:
        """Return the tracks that a query means; without one, the newest."""
        asked = wanted(query)
        claim = conditions(asked.conditions, Asker(person_id, now)) if asked.conditions else None
        return await self._database.errand(
            lambda connection: _page(connection.cursor(), asked, claim, limit, after)
        )


def _page(
    cursor: sqlite3.Cursor, asked: Wanted, claim: Sql | None, limit: int, after: Cursor | None
) -> Page:
    at = after or Cursor(cursor.execute(_NEWEST_ID).fetchone()[0])
    lookup = Lookup(cursor, asked, claim, Span(at.newest, at.before))
    if not asked.choices:
        ids = lookup.newest()
        return Page(tuple(ids[at.shown : at.shown + limit]), _next(at, ids, limit, ids))
    found = lookup.candidates()
    wordings = [choice.text for choice in asked.choices]
    order = ranked(wordings, found.found, found.plays)
    shown = tuple(order[at.shown : at.shown + limit])
    meant = None
    return Page(shown, _next(at, order, limit, found.window), meant)


def _next(at: Cursor, order: list[int], limit: int, window: list[int]) -> Cursor | None:
    if at.shown + limit < len(order):
        return Cursor(at.newest, at.before, at.shown + limit)
    return Cursor(at.newest, window[-1]) if len(window) == WINDOW else None
