"""Finds the page of a search at a bookmark, whichever page was seen before."""

from __future__ import annotations

from dataclasses import dataclass

from bot.shelf import PAGE, Bookmark, Total
from downloader.clock import Clock
from storage.models import Track
from storage.query.tree import Query
from storage.search.search import Cursor
from storage.search.wanted import wanted
from storage.store import Store

_EVERYTHING = 10_000  # more than one window of a search holds
# Words are found in an index, so that it costs little to go on for the sake of the count. For
# conditions, every track may have to be looked at.
_COUNTED = 1000
_ROUND = 100


@dataclass(frozen=True, slots=True)
class Found:
    """One page; `meant` as in `storage.search.search.Page`."""

    tracks: list[Track]
    bookmark: Bookmark
    is_last: bool
    total: Total
    size: int = PAGE
    meant: str | None = None


@dataclass(frozen=True, slots=True)
class _Walk:
    ids: list[int]
    is_over: bool
    meant: str | None

    def total(self, shown: int) -> Total:
        """Return how many there are: a round number where it is not known, and more than shown."""
        count = len(self.ids)
        if self.is_over:
            return Total(count)
        return Total(max(count // _ROUND * _ROUND, min(shown, count)), is_more=True)


class Pages:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def found(
        self,
        query: Query,
        bookmark: Bookmark,
        person_id: int,
        size: int = PAGE,
        *,
        newest_first: bool = False,
    ) -> Found:
        """Return the page there, or the first one where there is none any more.

        The likeliest tracks come first, or the newest ones of as many as are counted.
        """
        bookmark = Bookmark(bookmark.anchor or await self._newest(), bookmark.at)
        count = 0 if wanted(query).conditions else _COUNTED
        count = max(count, bookmark.at + size + 1)
        walk = await self._walk(query, bookmark.anchor, person_id, count)
        if bookmark.at >= len(walk.ids):
            bookmark = bookmark.to(0)
        ids = sorted(walk.ids, reverse=True) if newest_first else walk.ids
        end = bookmark.at + size
        shown = await self._store.catalog.many(ids[bookmark.at : end])
        return Found(shown, bookmark, end >= len(ids), walk.total(end), size, walk.meant)

    async def ids(self, query: Query, person_id: int, count: int) -> list[int]:
        """Return the first tracks that a query means: so many, a few more, or all."""
        return (await self._walk(query, await self._newest(), person_id, count)).ids

    async def meant(self, query: Query, person_id: int) -> tuple[bool, str | None]:
        """Tell whether anything is found, and by which other words."""
        page = await self._store.search.find(query, 1, person_id=person_id, now=self._clock.now())
        return bool(page.ids), page.meant

    async def _newest(self) -> int:
        return (await self._store.search.start()).newest

    async def _walk(self, query: Query, anchor: int, person_id: int, count: int) -> _Walk:
        """Return at least so many ids, or all that there are.

        From the start each time: that costs no more than a page, for a search reads far more
        tracks at once than anybody turns pages.
        """
        now = self._clock.now()
        ids: list[int] = []
        after: Cursor | None = Cursor(anchor)
        meant = None
        while after is not None and len(ids) < count:
            page = await self._store.search.find(
                query, _EVERYTHING, person_id=person_id, now=now, after=after
            )
            ids += page.ids
            meant = meant or page.meant
            after = page.next
        return _Walk(ids, is_over=after is None, meant=meant)
