"""Gathers what a shelf shows: what a press or a command means, looked up in storage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from bot import shelf, shelftexts
from bot.callbacks import Action, Press
from bot.errors import OutOfDateError
from bot.faces import Button, Face
from bot.shelf import PAGE, Place, Shelf
from downloader.clock import Clock
from storage.models import Track
from storage.query.parser import parse, plain
from storage.query.tree import All, Either, Node, Query, Text, Within
from storage.search.folding import fold
from storage.search.search import Cursor
from storage.store import Store

_RANDOM = 10
_SAMPLED = 1000  # of what fits a query, the newest so many
_LABEL = 30
_EVERYTHING = 10_000  # more than one window of a search holds


@dataclass(frozen=True, slots=True)
class _Found:
    """One page; `meant` as in `storage.search.search.Page`."""

    tracks: list[Track]
    place: Place
    is_last: bool
    meant: str | None = None


class Shelves:
    def __init__(self, store: Store, clock: Clock, random: Random) -> None:
        self._store = store
        self._clock = clock
        self._random = random

    async def face(self, press: Press, person_id: int, said: str = "") -> Face:
        """Return the shelf that a press shows; `said` stands behind the command it answers.

        Raises `QueryError`, and `OutOfDateError` where what it is about is gone.
        """
        match press.action:
            case Action.SEARCH:
                return await self._search(press, person_id, said)
            case Action.WIDER:
                return await self._wider(press, person_id, said)
            case Action.RANDOM:
                return await self._random_ones(press, person_id, said)
            case Action.FAVORITES:
                return await self._favorites(press)
            case Action.ARTIST | Action.ALBUM:
                return await self._alike(press, person_id)
            case _:
                found = await self._found(Query(None), press, person_id)
                heading = shelftexts.NEWEST if found.tracks else ""
                return _face(press, found, heading, shelftexts.NO_TRACKS)

    async def _search(self, press: Press, person_id: int, said: str) -> Face:
        found = await self._found(parse(said), press, person_id)
        if not found.tracks:
            return await self._nothing(press, person_id, said)
        return _face(press, found, shelftexts.instead(said, found.meant) if found.meant else "")

    async def _nothing(self, press: Press, person_id: int, said: str) -> Face:
        """Say so, and offer what the words alone would find."""
        text = shelftexts.nothing(said)
        words = _words(said)
        if not words or plain(words).node == parse(said).node:
            return Face(text)
        page = await self._store.search.find(
            plain(words), 1, person_id=person_id, now=self._clock.now()
        )
        if not page.ids:
            return Face(text)
        meant = page.meant or words
        tell = shelftexts.did_you_mean if page.meant else shelftexts.words_only
        label = tell(meant if len(meant) <= _LABEL else f"{meant[:_LABEL]}…")
        return Face(text, ((Button(label, Press(Action.WIDER, press.number, (0, 0))),),))

    async def _wider(self, press: Press, person_id: int, said: str) -> Face:
        words = _words(said)
        found = await self._found(plain(words), press, person_id)
        return _face(press, found, shelftexts.instead(said, found.meant or words))

    async def _random_ones(self, press: Press, person_id: int, said: str) -> Face:
        if said:
            start = await self._start()
            ids, _ = await self._walk(parse(said), start, person_id, _SAMPLED)
            ids = self._random.sample(ids, min(_RANDOM, len(ids)))
        else:
            ids = await self._store.samples.take(_RANDOM, self._random)
        tracks = await self._store.catalog.many(ids)
        others = (Button(shelftexts.OTHERS, Place().press(press)),) if tracks else ()
        return shelf.face(
            Shelf(
                press,
                tracks,
                heading=shelftexts.matching(shelftexts.RANDOM, said) if tracks else "",
                instead=shelftexts.nothing(said) if said else shelftexts.NO_TRACKS,
                beside=others,
            )
        )

    async def _favorites(self, press: Press) -> Face:
        now = self._clock.now().timestamp()
        # In thousandths of a second, so that it fits behind a button; none of this one is missed.
        place = Place(Place.of(press).anchor or int(now * 1000) + 1, Place.of(press).at)
        until = datetime.fromtimestamp(place.anchor / 1000, UTC)
        newest = self._store.favorites.newest
        ids = await newest(press.number, PAGE + 1, place.at, until)
        if not ids:
            place = place.to(0)
            ids = await newest(press.number, PAGE + 1, until=until)
        tracks = await self._store.catalog.many(ids[:PAGE])
        found = _Found(tracks, place, is_last=len(ids) <= PAGE)
        return _face(press, found, shelftexts.FAVORITES if tracks else "", shelftexts.NO_FAVORITES)

    async def _alike(self, press: Press, person_id: int) -> Face:
        """Show the tracks of the same artist or album as the one that is named."""
        track = await self._store.catalog.get(press.number)
        name = (track.performer if press.action is Action.ARTIST else track.album) if track else ""
        if track is None or not fold(name):
            raise OutOfDateError
        query: Node = Text(track.performer, Within.ARTIST, is_phrase=True)
        if press.action is Action.ALBUM:
            query = await self._album(track, query, person_id)
        found = await self._found(Query(query), press, person_id)
        return _face(press, found, shelftexts.heading(name))

    async def _album(self, track: Track, by_artist: Node, person_id: int) -> Node:
        """Name the album, with its artist where that leaves more than one track.

        Many albums share a name, and many have a different artist for each track.
        """
        album = Text(track.album, Within.ALBUM, is_phrase=True)
        both = All((album, by_artist))
        page = await self._store.search.find(
            Query(both), 2, person_id=person_id, now=self._clock.now()
        )
        return both if len(page.ids) > 1 and fold(track.performer) else album

    async def _start(self) -> int:
        return (await self._store.search.start()).newest

    async def _found(self, query: Query, press: Press, person_id: int) -> _Found:
        place = Place.of(press)
        place = Place(place.anchor or await self._start(), place.at)
        ids, meant = await self._walk(query, place.anchor, person_id, place.at + PAGE + 1)
        if place.at >= len(ids):
            place = place.to(0)
        shown = ids[place.at : place.at + PAGE]
        is_last = place.at + PAGE >= len(ids)
        return _Found(await self._store.catalog.many(shown), place, is_last, meant)

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


def _face(press: Press, found: _Found, heading: str, instead: str = shelftexts.NONE_HERE) -> Face:
    return shelf.face(
        Shelf(press, found.tracks, found.place, found.is_last, heading=heading, instead=instead)
    )


def _words(said: str) -> str:
    """Return the words of a query that must be there, without what else it asks for."""
    return " ".join(_texts(parse(said).node))


def _texts(node: Node | None) -> Iterator[str]:
    match node:
        case Text():
            yield node.text
        case All(nodes) | Either(nodes):
            for one in nodes:
                yield from _texts(one)
        case _:
            return
