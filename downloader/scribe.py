"""Keeps the playlists of people, and the tracks of each chat, as lists for other players.

They lie in `Playlists/` of the library, those of chats in `Playlists/Chats/`, and name files
relative to themselves, so that the library may be moved or mounted anywhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import PurePosixPath

import structlog

from downloader.bell import Bell, wait
from downloader.clock import Clock
from downloader.events import Broadcast, ItemMoved, LibraryChanged, TrackEdited, WatchUntold
from downloader.supervision import keep_going
from storage.errors import DiskFailure
from storage.m3u import file_name, listed, m3u8
from storage.models import Chat, ItemState, Track
from storage.names import folded, numbered
from storage.store import Store

log = structlog.get_logger(__name__)

PLAYLISTS = PurePosixPath("Playlists")
CHATS = PLAYLISTS / "Chats"

_STILL = timedelta(seconds=20)  # without a change, until lists are written
_AT_MOST = timedelta(minutes=5)  # after the first change
_NAMESAKES = 20  # names that are tried where files of others have the first
_HERE = frozenset({ItemState.SAVED, ItemState.LINKED})


class Of(StrEnum):
    """What a list is of."""

    PLAYLIST = "playlist"
    CHAT = "chat"


_Key = tuple[Of, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list that there ought to be."""

    key: _Key
    name: str

    @property
    def folder(self) -> PurePosixPath:
        return PLAYLISTS if self.key[0] is Of.PLAYLIST else CHATS


class Scribe:
    """Writes nothing over a file of somebody else's, and nothing that has not changed."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._bell = Bell()
        self._changed: set[_Key] = set()
        self._are_lists_changed = True
        self._written: dict[Wanted, PurePosixPath] = {}

    def chat_changed(self, chat_id: int) -> None:
        self._changed.add((Of.CHAT, chat_id))
        self._bell.ring()

    def lists_changed(self) -> None:
        """Note that people have changed their playlists."""
        self._are_lists_changed = True
        self._bell.ring()

    def all_changed(self) -> None:
        """Note that files have moved."""
        self._written.clear()
        self.lists_changed()

    async def run(self, events: Broadcast) -> None:
        """Write lists some time after what is in them has changed, until cancelled."""
        closing = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow(events))
            group.create_task(self._heed_people())
            try:
                await keep_going(self.step, self._clock, closing)
            finally:
                closing.set()

    async def step(self) -> None:
        """Wait until something has changed and it is quiet again, and write that."""
        ring = self._bell.next_ring()
        if not (self._changed or self._are_lists_changed):
            await ring.wait()
        await self._quiet()
        is_written = False
        try:
            await self.write()
            is_written = True
        except DiskFailure as failure:
            log.warning("playlists not written", error=str(failure))
        finally:
            if not is_written:  # it is tried again, with all there is
                self._are_lists_changed = True

    async def write(self) -> None:
        """Write what has changed, and remove what is left of lists that are gone."""
        changed, self._changed = self._changed, set()
        are_lists_changed, self._are_lists_changed = self._are_lists_changed, False
        before, self._written = self._written, {}

        def has_changed(key: _Key) -> bool:
            return key in changed or (are_lists_changed and key[0] is Of.PLAYLIST)

        wanted = await self._wanted()
        known = {one: before[one] for one in wanted if one in before and not has_changed(one.key)}
        taken = {folded(str(path)) for path in known.values()}
        for one in wanted:
            if one not in known and (path := await self._put(one, taken)) is not None:
                taken.add(folded(str(path)))
                known[one] = path
        for path in await self._store.companions.below(PLAYLISTS):
            if folded(str(path)) not in taken:
                await self._store.companions.drop(path)
        self._written = known

    async def _follow(self, events: Broadcast) -> None:
        with events.listen() as heard:
            async for event in heard:
                if isinstance(event, ItemMoved) and event.item.state in _HERE:
                    self.chat_changed(event.item.chat_id)
                elif isinstance(event, WatchUntold) and event.watch.chat is not None:
                    self.chat_changed(event.watch.chat.id)
                elif isinstance(event, TrackEdited | LibraryChanged):
                    self.all_changed()

    async def _heed_people(self) -> None:
        changed = self._store.playlists.changed
        while True:
            await changed.wait()
            changed.clear()
            self.lists_changed()

    async def _quiet(self) -> None:
        """Wait until nothing has changed for a while, or something has for long."""
        end = self._clock.now() + _AT_MOST
        while self._clock.now() < end:
            ring = self._bell.next_ring()
            await wait(ring, self._clock, _STILL)
            if not ring.is_set():
                return

    async def _wanted(self) -> list[Wanted]:
        lists = await self._store.playlists.every()
        chats = await self._store.chats.with_tracks()
        return [
            *(Wanted((Of.PLAYLIST, one.id), one.name) for one in lists),
            *(Wanted((Of.CHAT, chat.id), _called(chat)) for chat in chats),
        ]

    async def _put(self, wanted: Wanted, taken: set[str]) -> PurePosixPath | None:
        """Return where the list lies then; None where there is nothing to list, or no name."""
        tracks = listed(await self._tracks(wanted.key))
        if not tracks:
            return None
        body = m3u8(wanted.name, tracks, up=len(wanted.folder.parts)).encode()
        for path in _paths(wanted):
            if folded(str(path)) not in taken and await self._store.companions.put(path, body):
                return path
        log.warning("playlist not written", name=wanted.name)
        return None

    async def _tracks(self, key: _Key) -> list[Track]:
        of, number = key
        lists = self._store.playlists if of is Of.PLAYLIST else self._store.chats
        return await self._store.catalog.many(await lists.tracks(number))


def _called(chat: Chat) -> str:
    return chat.title or chat.username or f"chat_{abs(chat.id)}"


def _paths(wanted: Wanted) -> Iterator[PurePosixPath]:
    name = file_name(wanted.name)
    for number in range(1, _NAMESAKES + 1):
        yield wanted.folder / numbered(name, number)
