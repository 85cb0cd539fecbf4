"""Finds the page of a search at a bookmark, whichever page was seen before."""

from __future__ import annotations

from dataclasses import dataclass

from bot.shelf import PAGE, Bookmark
from downloader.clock import Clock
from storage.models import Track
from storage.query.tree import Query
from storage.search.search import Cursor
from storage.store import Store

_EVERYTHING = 10_000  # more than one window of a search holds


@dataclass(frozen=True, slots=True)
class Found:
    """One page; `meant` as in `storage.search.search.Page`."""

    tracks: list[Track]
    bookmark: Bookmark
    is_last: bool
    meant: str | None = None


class Pages:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def found(self, query: Query, bookmark: Bookmark, person_id: int) -> Found:
        """Return the page there, or the first one where there is none any more."""
        bookmark = Bookmark(bookmark.anchor or await self._newest(), bookmark.at)
        ids, meant = await self._walk(query, bookmark.anchor, person_id, bookmark.at + PAGE + 1)
        if bookmark.at >= len(ids):
            bookmark = bookmark.to(0)
        shown = await self._store.catalog.many(ids[bookmark.at : bookmark.at + PAGE])
        return Found(shown, bookmark, bookmark.at + PAGE >= len(ids), meant)

    async def ids(self, query: Query, person_id: int, count: int) -> list[int]:
        """Return the first tracks that a query means: so many, a few more, or all."""
        return (await self._walk(query, await self._newest(), person_id, count))[0]

    async def meant(self, query: Query, person_id: int) -> tuple[bool, str | None]:
        """Tell whether anything is found, and by which other words."""
        page = await self._store.search.find(query, 1, person_id=person_id, now=self._clock.now())
        return bool(page.ids), page.meant

    async def _newest(self) -> int:
        return (await self._store.search.start()).newest

    async def _walk(
        self, query: Query, anchor: int, person_id: int, count: int
    ) -> tuple[list[int], str | None]:
        """Return at least so many ids, or all that there are, and what was meant.

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
        return ids, meant
