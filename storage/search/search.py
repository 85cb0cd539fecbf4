"""Answers what people type with tracks, page by page."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from storage.cache import Cache
from storage.database import Database
from storage.query.tree import Query
from storage.search.candidates import ANY_ID, WINDOW, Candidates, Lookup, Span
from storage.search.filters import Asker, conditions
from storage.search.index import enter_older
from storage.search.ranking import ranked
from storage.search.wanted import Wanted, wanted

_NOW = "select version, (select coalesce(max(id), 0) from tracks) from search_state"
_OLDER_AT_ONCE = 500
_KEPT = timedelta(minutes=10)


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
    """Track ids, the likeliest first. `meant` are other words than were typed: those that fit."""

    ids: tuple[int, ...]
    next: Cursor | None = None
    meant: str | None = None


@dataclass(frozen=True, slots=True)
class _Order:
    """`older` is the track before which one goes on when all these have been shown."""

    ids: list[int]
    older: int | None
    meant: str | None = None


class Search:
    def __init__(self, database: Database, cache: Cache) -> None:
        self._database = database
        self.cache = cache

    async def start(self) -> Cursor:
        """Return where a first page begins: tracks that come from now on are left out."""
        return await self._database.errands.run(_start)

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
        if query.is_meaningless:
            return Page(())
        asked = wanted(query)
        asker = Asker(person_id, now)
        return await self._database.errands.run(
            lambda connection: self._page_with_any(connection, asked, asker, after, limit)
        )

    async def catch_up(self) -> None:
        """Let everything be found that was entered by a program without search."""
        entered = _OLDER_AT_ONCE
        while entered == _OLDER_AT_ONCE:
            async with self._database.write() as connection:
                entered = await enter_older(connection, _OLDER_AT_ONCE)

    def _page_with_any(
        self,
        connection: sqlite3.Connection,
        asked: Wanted,
        asker: Asker,
        after: Cursor | None,
        limit: int,
    ) -> Page:
        """Pass over a window of which everything was shown: those are all namesakes."""
        page = self._page(connection, asked, asker, after, limit)
        while not page.ids and page.next is not None:
            page = self._page(connection, asked, asker, page.next, limit)
        return page

    def _page(
        self,
        connection: sqlite3.Connection,
        asked: Wanted,
        asker: Asker,
        after: Cursor | None,
        limit: int,
    ) -> Page:
        version, newest = connection.execute(_NOW).fetchone()
        at = after or Cursor(newest)
        span = Span(at.newest, at.before)
        if asked.choices and not asked.conditions:
            # Words mean the same for everybody, until what can be found changes.
            key = f"search:{version}:{span.newest}:{span.before}:{asked.choices!r}"
            lookup = Lookup(connection.cursor(), asked, None, span)
            return _cut_out(self._kept(key, lookup, asked, asker.now), at, limit)
        claim = conditions(connection, asked.conditions, asker)
        return _cut_out(_ordered(Lookup(connection.cursor(), asked, claim, span), asked), at, limit)

    def _kept(self, key: str, lookup: Lookup, asked: Wanted, now: datetime) -> _Order:
        if (kept := self.cache.get(key, now)) is not None:
            return _Order(**json.loads(kept))
        order = _ordered(lookup, asked)
        self.cache.put(key, json.dumps(asdict(order)), now, _KEPT)
        return order


def _ordered(lookup: Lookup, asked: Wanted) -> _Order:
    if not asked.choices:
        ids = lookup.newest()
        return _Order(ids, _older(ids))
    found = lookup.candidates()
    if all(choice.is_of_album for choice in asked.choices):
        ids = lookup.in_album_order([one.track_id for one in found.found])
    else:
        ids = ranked([choice.text for choice in asked.choices], found.found, found.plays)
    return _Order(ids, _older(found.window), _meant(found, ids, asked))


def _older(window: Sequence[int]) -> int | None:
    return window[-1] if len(window) == WINDOW else None


def _start(connection: sqlite3.Connection) -> Cursor:
    _, newest = connection.execute(_NOW).fetchone()
    return Cursor(newest)


def _meant(found: Candidates, order: Sequence[int], asked: Wanted) -> str | None:
    """Return the words of the likeliest track where others were typed."""
    if found.meaning is None:
        return None
    best = next(one for one in found.found if one.track_id == order[0])
    there = {*f"{best.title} {best.artist} {best.album} {best.latin}".split()}
    return found.meaning.told(asked.choices[0], there)


def _cut_out(order: _Order, at: Cursor, limit: int) -> Page:
    end = at.shown + limit
    following: Cursor | None = None
    if end < len(order.ids):
        following = replace(at, shown=end)
    elif order.older is not None:
        following = Cursor(at.newest, order.older)
    return Page(tuple(order.ids[at.shown : end]), following, order.meant)
