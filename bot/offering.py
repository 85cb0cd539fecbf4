"""Finds what is offered inline: what a query means, else favourites and what is recent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection

from bot.inline import PAGE, Offer, Offset, Part
from downloader.clock import Clock
from storage.query.errors import QueryError, Wrong
from storage.query.parser import parse, plain
from storage.query.tree import Query
from storage.search.search import Cursor, Page
from storage.store import Store

_PLAYED = 30

Telling = Callable[[Collection[int]], Awaitable[Collection[int]]]


class Offering:
    """Offers tracks as this bot, which has sent some of them before, can send them.

    `protected` tells which of them it may not send, though it has.
    """

    def __init__(self, store: Store, clock: Clock, bot_id: int, protected: Telling) -> None:
        self._store = store
        self._clock = clock
        self._bot_id = bot_id
        self._protected = protected

    async def offer(self, text: str, offset: Offset | None, person_id: int) -> Offer:
        """Return a page of what fits the text, read as far as it can be."""
        if not text.strip():
            ids, following = await self._unasked(offset or Offset(), person_id)
            return await self._offer(ids, following)
        query, wrong = _read(text)
        page = await self._found(query, PAGE, offset.cursor if offset else None, person_id)
        return await self._offer(page.ids, _at(page.next), wrong, page.meant)

    async def _offer(
        self,
        ids: tuple[int, ...],
        following: Offset | None,
        wrong: QueryError | None = None,
        meant: str | None = None,
    ) -> Offer:
        found = await self._store.sent_files.tracks(self._bot_id, ids)
        files = {track.id: file for track, file in found if file is not None}
        for track_id in await self._protected(files):
            del files[track_id]
        return Offer([track for track, _ in found], files, following, wrong, meant)

    async def _unasked(
        self, offset: Offset, person_id: int
    ) -> tuple[tuple[int, ...], Offset | None]:
        ids: tuple[int, ...] = ()
        following: Offset | None = offset
        while following is not None and len(ids) < PAGE:
            more, following = await self._more(following, PAGE - len(ids), person_id)
            # While we look, a heart may be given or taken, and a track be heard of in both parts.
            ids += tuple(one for one in more if one not in ids)
        return ids, following

    async def _more(
        self, offset: Offset, room: int, person_id: int
    ) -> tuple[tuple[int, ...], Offset | None]:
        match offset.part:
            case Part.FAVORITES:
                liked = await self._store.favorites.newest(person_id, room, offset.at)
                if len(liked) == room:
                    return tuple(liked), Offset(Part.FAVORITES, offset.at + room)
                return tuple(liked), Offset(Part.PLAYED)
            case Part.PLAYED:
                played = await self._store.plays.last(_PLAYED)
                until = offset.at + room
                new = await self._not_liked(tuple(played[offset.at : until]), person_id)
                is_over = until >= len(played)
                return new, Offset(Part.NEWEST) if is_over else Offset(Part.PLAYED, until)
            case Part.NEWEST:
                page = await self._found(Query(None), room, offset.cursor, person_id)
                new = await self._not_liked(page.ids, person_id)
                played = await self._store.plays.last(_PLAYED)
                return tuple(one for one in new if one not in played), _at(page.next)

    async def _not_liked(self, ids: tuple[int, ...], person_id: int) -> tuple[int, ...]:
        liked = await self._store.favorites.among(person_id, ids)
        return tuple(one for one in ids if one not in liked)

    async def _found(self, query: Query, limit: int, cursor: Cursor | None, person_id: int) -> Page:
        return await self._store.search.find(
            query, limit, person_id=person_id, now=self._clock.now(), after=cursor
        )


def _read(text: str) -> tuple[Query, QueryError | None]:
    """Read what is still being typed: what is wrong with it is left out, to empty no list."""
    try:
        return parse(text), None
    except QueryError as error:
        wrong = error
    rest = f"{text[: wrong.start]} {text[wrong.end :]}"
    if not rest.strip() and wrong.wrong is not Wrong.NO_VALUE:
        return Query(None, is_meaningless=True), wrong
    try:
        return parse(rest), wrong
    except QueryError:
        return plain(text), wrong


def _at(cursor: Cursor | None) -> Offset | None:
    return Offset(Part.NEWEST, cursor=cursor) if cursor else None
