"""Gathers what people see of their playlists: the menu of them, one as a shelf, a choice."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from aiogram import Bot

from bot import deeplinks, shelf, shelftexts
from bot.callbacks import Action, Press
from bot.deeplinks import DeepLinks
from bot.errors import NotYoursError, OutOfDateError
from bot.faces import Button, Face, Opener
from bot.shelf import PAGE, Bookmark, Rows, Shelf, Total
from downloader.clock import Clock
from storage.errors import PlaylistExistsError
from storage.models import Track
from storage.playlists import Playlist
from storage.store import Store

_SHOWN = 40  # in the menu; all others are reached by their name
_NEW = Button(shelftexts.NEW_LIST, Press(Action.NEW_LIST))


class Lists:
    def __init__(self, store: Store, clock: Clock, bot: Bot, deep_links: DeepLinks) -> None:
        self._store = store
        self._clock = clock
        self._bot = bot
        self._deep_links = deep_links

    async def menu(self, person_id: int) -> Face:
        lists = await self._store.playlists.of_person(person_id)
        rows = [(Button(_label(one), _opening(one)),) for one in lists[:_SHOWN]]
        return Face(shelftexts.menu(len(rows), len(lists)), (*rows, (_NEW,)))

    async def choice(self, track: Track, person_id: int) -> Face | None:
        """Ask into which list a track shall go; None where the person has none."""
        lists = (await self._store.playlists.of_person(person_id))[:_SHOWN]
        if not lists:
            return None
        holding = await self._store.playlists.holding(person_id, track.id)
        rows = [(_putting(one, track, is_there=one.id in holding),) for one in lists]
        new = Button(shelftexts.NEW_LIST, Press(Action.PUT_INTO_NEW, track.id))
        titles = [one.name for one in lists if one.id in holding]
        return Face(shelftexts.which_list(track, titles), (*rows, (new,)))

    def which(self, lists: Sequence[Playlist], said: str, action: Action) -> Face:
        """Ask which of several lists an action is for; what was `said` fits them all."""
        rows = tuple(
            (Button(_label(one), Press(action, one.id, (0, 0))),) for one in lists[:_SHOWN]
        )
        return Face(shelftexts.which_of_them(said), rows)

    async def face(self, press: Press, person_id: int) -> Face:
        """Return the shelf of a playlist; `press` may carry a bookmark, and that it takes out."""
        playlist = await self.get(press.number)
        is_own = playlist.person_id == person_id
        takes_out = is_own and len(press.more) > 2
        ids = await self._store.playlists.tracks(playlist.id)
        at = Bookmark.of(press).at
        if at >= len(ids):  # what stood there was taken out
            at = max(0, len(ids) - 1) // PAGE * PAGE
        tracks = await self._store.catalog.many(ids[at : at + PAGE])
        heading = shelftexts.of_list(playlist.name, playlist.tracks)
        share = (Opener(shelftexts.SHARE, await self._sharing(playlist)),) if is_own else ()
        return shelf.face(
            Shelf(
                Press(Action.PLAYLIST, playlist.id),
                tracks,
                Bookmark(0, at),
                is_last=at + PAGE >= len(ids),
                heading=f"{heading}\n{shelftexts.WHICH_TO_TAKE_OUT}" if takes_out else heading,
                instead=shelftexts.EMPTY_LIST,
                own=_done(playlist, at) if takes_out else _own(playlist, at, is_own=is_own),
                openers=() if takes_out else share,
                takes_out=takes_out,
                total=Total(len(ids)),
            )
        )

    async def removal(self, playlist_id: int, person_id: int) -> Face:
        """Ask whether a playlist is to be removed."""
        playlist = await self.own(playlist_id, person_id)
        remove = Button(shelftexts.REMOVE_NOW, Press(Action.REMOVE_NOW, playlist.id))
        keep = Button(shelftexts.KEEP, _opening(playlist))
        return Face(shelftexts.remove(playlist.name, playlist.tracks), ((remove, keep),))

    async def track_link(self, track: Track) -> str:
        """Return HTML that names a track and links to it."""
        url = await self._url(deeplinks.track(track.id))
        return shelftexts.link(url, shelftexts.name(track))

    async def list_link(self, playlist: Playlist) -> str:
        """Return HTML that names a playlist and links to it."""
        url = await self._url(self._deep_links.playlist(playlist.id))
        return shelftexts.link(url, shelftexts.called(playlist.name))

    async def _sharing(self, playlist: Playlist) -> str:
        """Return the address at which Telegram asks whom to send the link to."""
        url = await self._url(self._deep_links.playlist(playlist.id))
        return f"https://t.me/share/url?{urlencode({'url': url, 'text': playlist.name})}"

    async def _url(self, payload: str) -> str:
        return deeplinks.url((await self._bot.me()).username or "", payload)

    async def get(self, playlist_id: int) -> Playlist:
        playlist = await self._store.playlists.get(playlist_id)
        if playlist is None:
            raise OutOfDateError
        return playlist

    async def own(self, playlist_id: int, person_id: int) -> Playlist:
        """Return a playlist of this person. Raises `NotYoursError`."""
        playlist = await self.get(playlist_id)
        if playlist.person_id != person_id:
            raise NotYoursError
        return playlist

    async def called(self, name: str, person_id: int) -> list[Playlist]:
        """Return the person's lists of that name: the one that is written so, else all alike."""
        lists = await self._store.playlists.of_person(person_id)
        for alike in (_same, _same_in_small_letters, _begins_so):
            if found := [one for one in lists if alike(one.name, name)]:
                return found
        return []

    async def make(self, name: str, person_id: int) -> tuple[Playlist, bool]:
        """Return the person's list of that name, and whether it is new."""
        try:
            made = await self._store.playlists.create(person_id, name, self._clock.now())
        except PlaylistExistsError:
            lists = await self._store.playlists.of_person(person_id)
            return next(one for one in lists if one.name == name), False
        return made, True

    async def put(self, track: Track, playlist_id: int, person_id: int) -> Playlist:
        """Put a track into a list of the person's, where it is once."""
        playlist = await self.own(playlist_id, person_id)
        await self._store.playlists.add(playlist.id, [track.id])
        return playlist

    async def take_out(self, track_id: int, playlist_id: int, person_id: int) -> Playlist:
        playlist = await self.own(playlist_id, person_id)
        await self._store.playlists.take_out(playlist.id, track_id)
        return playlist

    async def remove(self, playlist_id: int, person_id: int) -> None:
        playlist = await self.own(playlist_id, person_id)
        await self._store.playlists.remove(playlist.id)

    async def tracks(self, playlist: Playlist) -> list[Track]:
        """Return all its tracks, in its order."""
        ids = await self._store.playlists.tracks(playlist.id)
        return await self._store.catalog.many(ids)

    async def copy(self, playlist_id: int, person_id: int) -> Playlist:
        """Make the playlist the person's own too."""
        made = await self._store.playlists.copy(playlist_id, person_id, self._clock.now())
        if made is None:
            raise OutOfDateError
        return await self.get(made)


def _own(playlist: Playlist, at: int, *, is_own: bool) -> Rows:
    export = Button(shelftexts.EXPORT, Press(Action.EXPORT, playlist.id))
    if not is_own:
        return ((Button(shelftexts.COPY, Press(Action.COPY, playlist.id)), export),)
    take_out = Button(shelftexts.TAKE_OUT, Press(Action.PLAYLIST, playlist.id, (0, at, 1)))
    lists = Button(shelftexts.ALL_LISTS, Press(Action.LISTS))
    rename = Button(shelftexts.RENAME, Press(Action.RENAME, playlist.id))
    remove = Button(shelftexts.REMOVE, Press(Action.REMOVE, playlist.id))
    if not playlist.tracks:
        return ((rename, remove), (lists,))
    return (take_out, export), (rename, remove), (lists,)


def _done(playlist: Playlist, at: int) -> Rows:
    return ((Button(shelftexts.DONE, Press(Action.PLAYLIST, playlist.id, (0, at))),),)


def _opening(playlist: Playlist) -> Press:
    return Press(Action.PLAYLIST, playlist.id, (0, 0))


def _label(playlist: Playlist) -> str:
    return shelftexts.list_label(playlist.name, playlist.tracks)


def _putting(playlist: Playlist, track: Track, *, is_there: bool) -> Button:
    """Put the track into the list, or take it out where it `is_there`."""
    label = shelftexts.list_label(playlist.name, playlist.tracks, is_marked=is_there)
    return Button(label, Press(Action.PUT, track.id, (playlist.id, 0 if is_there else 1)))


def _same(name: str, wanted: str) -> bool:
    return name == wanted


def _same_in_small_letters(name: str, wanted: str) -> bool:
    return name.casefold() == wanted.casefold()


def _begins_so(name: str, wanted: str) -> bool:
    return name.casefold().startswith(wanted.casefold())
