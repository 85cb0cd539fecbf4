"""Asking how playlists are called, and doing what a name was asked for."""

from __future__ import annotations

from aiogram.types import CallbackQuery, ForceReply, InaccessibleMessage, Message

from bot import shelftexts, showing
from bot.callbacks import Action, Press, Seal
from bot.lists import Lists
from bot.prompts import Prompt, Wish, named
from storage.errors import PlaylistExistsError
from storage.models import Person, Track
from storage.store import Store

_EXAMPLE = "Morning"  # shown where the name is typed


async def ask_name(query: CallbackQuery, pressed: Press, person: Person, lists: Lists) -> None:
    """Ask how a playlist shall be called from now on."""
    assert query.message is not None, "see `bot.pressed`"
    mine = await lists.own(pressed.number, person.id)
    await ask(query.message, shelftexts.ask_rename(await lists.list_link(mine)))
    await query.answer()


async def new_list(query: CallbackQuery, lists: Lists) -> None:
    await ask_new(query, lists)
    await query.answer()


async def ask_new(query: CallbackQuery, lists: Lists, track: Track | None = None) -> None:
    """Ask how a new list shall be called, which may be for a track."""
    assert query.message is not None, "see `bot.pressed`"
    link = await lists.track_link(track) if track else ""
    await ask(query.message, shelftexts.ask_new(link))


async def name_given(
    message: Message, prompt: Prompt, person: Person, store: Store, lists: Lists, seal: Seal
) -> None:
    """Do what a name was asked for."""
    name = named(message.text or "")
    if not name:
        await message.answer(shelftexts.NO_NAME)
    elif prompt.wish is Wish.RENAME:
        await _rename(message, prompt.subject or 0, name, person, store, lists, seal)
    else:
        await _make(message, prompt.subject, name, person, store, lists, seal)


async def _rename(
    message: Message,
    playlist_id: int,
    name: str,
    person: Person,
    store: Store,
    lists: Lists,
    seal: Seal,
) -> None:
    mine = await lists.own(playlist_id, person.id)
    try:
        await store.playlists.rename(mine.id, name)
    except PlaylistExistsError:
        await message.answer(shelftexts.exists(name))
        return
    await open_list(message, mine.id, person, lists, seal)


async def _make(
    message: Message,
    track_id: int | None,
    name: str,
    person: Person,
    store: Store,
    lists: Lists,
    seal: Seal,
) -> None:
    """Make a list; one of that name that is there takes the track too."""
    made, is_new = await lists.make(name, person.id)
    track = await store.catalog.get(track_id) if track_id else None
    if track is not None:
        await store.playlists.add(made.id, [track.id])
        await message.answer(shelftexts.put(track, made.name))
        return
    if not is_new:
        await message.answer(shelftexts.exists(made.name))
    await open_list(message, made.id, person, lists, seal)


async def ask(message: Message | InaccessibleMessage, text: str) -> None:
    await message.answer(text, reply_markup=ForceReply(input_field_placeholder=_EXAMPLE))


async def open_list(
    message: Message, playlist_id: int, person: Person, lists: Lists, seal: Seal
) -> None:
    face = await lists.face(Press(Action.PLAYLIST, playlist_id), person.id)
    await showing.answer(message, face, seal)
