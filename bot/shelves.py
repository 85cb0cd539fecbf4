"""Gathers what a shelf shows: what a press or a command means, looked up in storage."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from bot import shelf, shelftexts, wording
from bot.callbacks import Action, Press
from bot.errors import OutOfDateError
from bot.faces import Button, Face
from bot.pages import Found, Pages
from bot.shelf import PAGE, Bookmark, Shelf, Total
from downloader.clock import Clock
from storage.query.parser import parse, plain
from storage.store import Store

_RANDOM = 10
_SAMPLED = 1000  # of what fits a query, the newest so many


class Shelves:
    def __init__(self, store: Store, clock: Clock, random: Random) -> None:
        self._store = store
        self._clock = clock
        self._random = random
        self._pages = Pages(store, clock)

    async def face(self, press: Press, person_id: int, said: str = "") -> Face:
        """Return the shelf that a press shows; `said` stands behind the command it answers.

        Raises `QueryError`, and `OutOfDateError` where what it is about is gone.
        """
        face = await self._face(press, person_id, said)
        assumed = shelftexts.assumed(parse(said).assumed)
        return replace(face, text=f"{face.text}\n\n{assumed}") if assumed else face

    async def _face(self, press: Press, person_id: int, said: str) -> Face:
        match press.action:
            case Action.SEARCH:
                return await self._search(press, person_id, said)
            case Action.WIDER:
                return await self._wider(press, person_id, said)
            case Action.RANDOM:
                return await self._random_ones(press, person_id, said)
            case Action.FAVORITES | Action.AMONG_FAVORITES:
                return await self._favorites(press, person_id, said)
            case Action.ARTIST | Action.ALBUM:
                return await self._alike(press, person_id)
            case _:
                return await self._newest(press, person_id, said)

    async def _search(self, press: Press, person_id: int, said: str) -> Face:
        found = await self._pages.found(parse(said), Bookmark.of(press), person_id)
        if not found.tracks:
            return await self._nothing(press, person_id, said)
        return _shown(press, found, shelftexts.instead(said, found.meant) if found.meant else "")

    async def _nothing(self, press: Press, person_id: int, said: str) -> Face:
        """Say so, and offer what the words alone would find."""
        text, words = await self._none(said), wording.words_alone(said)
        if words is None:
            return Face(text)
        is_any, meant = await self._pages.meant(plain(words), person_id)
        if not is_any:
            return Face(text)
        label = shelftexts.did_you_mean(meant) if meant else shelftexts.words_only(words)
        return Face(text, ((Button(label, Press(Action.WIDER, press.number, (0, 0))),),))

    async def _none(self, said: str) -> str:
        """Say that nothing is found, and why or what else to do."""
        if not said:
            return shelftexts.NO_TRACKS
        node = parse(said).node
        for chat in wording.chats(node):
            if not await self._is_known(chat):
                return shelftexts.no_such_chat(chat)
        if measure := wording.ruled_out(node):
            return shelftexts.ruled_out(said, measure)
        return shelftexts.nothing(said, can_be_fetched=wording.can_be_fetched(said))

    async def _is_known(self, chat: str) -> bool:
        chats = self._store.chats
        by_name = chat.startswith("@")
        found = await (chats.by_username(chat) if by_name else chats.get(int(chat)))
        return found is not None

    async def _wider(self, press: Press, person_id: int, said: str) -> Face:
        words = wording.words_alone(said)
        if words is None:
            raise OutOfDateError
        found = await self._pages.found(plain(words), Bookmark.of(press), person_id)
        return _shown(press, found, shelftexts.instead(said, found.meant or words))

    async def _newest(self, press: Press, person_id: int, said: str) -> Face:
        count, words = wording.counted(said)
        found = await self._pages.found(
            parse(words), Bookmark.of(press), person_id, count or PAGE, newest_first=True
        )
        heading = shelftexts.matching(shelftexts.NEWEST, words)
        return _shown(press, found, heading, await self._none(words))

    async def _random_ones(self, press: Press, person_id: int, said: str) -> Face:
        count, said = wording.counted(said)
        count = count or _RANDOM
        if said:
            ids = await self._pages.ids(parse(said), person_id, _SAMPLED)
            ids = self._random.sample(ids, min(count, len(ids)))
        else:
            ids = await self._store.samples.take(count, self._random)
        tracks = await self._store.catalog.many(ids)
        others = Button(shelftexts.OTHERS, Bookmark().press(press))
        return shelf.face(
            Shelf(
                press,
                tracks,
                heading=shelftexts.matching(shelftexts.RANDOM, said) if tracks else "",
                instead=await self._none(said),
                beside=(others,) if tracks else (),
            )
        )

    async def _favorites(self, press: Press, person_id: int, said: str) -> Face:
        count, words = wording.counted(said)
        if not words:
            return await self._last_liked(press, person_id, count or PAGE)
        query = wording.liked(parse(words))
        found = await self._pages.found(query, Bookmark.of(press), person_id, count or PAGE)
        heading = shelftexts.matching(shelftexts.FAVORITES, words)
        return _shown(press, found, heading, shelftexts.none_liked(words))

    async def _last_liked(self, press: Press, person_id: int, size: int) -> Face:
        bookmark = Bookmark.of(press)
        if not bookmark.anchor:
            # In thousandths of a second, so that it fits behind a button; this one is over then.
            bookmark = replace(bookmark, anchor=int(self._clock.now().timestamp() * 1000) + 1)
        until = datetime.fromtimestamp(bookmark.anchor / 1000, UTC)
        favorites = self._store.favorites
        ids = await favorites.newest(person_id, size + 1, bookmark.at, until)
        if not ids:
            bookmark = bookmark.to(0)
            ids = await favorites.newest(person_id, size + 1, until=until)
        total = Total(await favorites.count(person_id, until))
        tracks = await self._store.catalog.many(ids[:size])
        found = Found(tracks, bookmark, len(ids) <= size, total, size)
        return _shown(press, found, shelftexts.FAVORITES, shelftexts.NO_FAVORITES)

    async def _alike(self, press: Press, person_id: int) -> Face:
        """Show the tracks of the same artist or album as the one that is named."""
        track = await self._store.catalog.get(press.number)
        if track is None:
            raise OutOfDateError
        if press.action is Action.ALBUM:
            queries, name = wording.of_album(track), track.album
        else:
            queries, name = wording.of_artist(track), track.performer
        for query in queries:
            is_alone = len(await self._pages.ids(query, person_id, 2)) < 2
            if not is_alone or query == queries[-1]:
                found = await self._pages.found(query, Bookmark.of(press), person_id)
                return _shown(press, found, shelftexts.heading(name))
        raise OutOfDateError


def _shown(press: Press, found: Found, heading: str, instead: str = shelftexts.NONE_HERE) -> Face:
    return shelf.face(
        Shelf(
            press,
            found.tracks,
            found.bookmark,
            found.is_last,
            heading=heading if found.tracks else "",
            instead=instead,
            total=found.total,
            size=found.size,
        )
    )
