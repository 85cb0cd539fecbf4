"""Asking how playlists are called, and doing what a name was asked for."""

from __future__ import annotations

from aiogram.types import CallbackQuery, ForceReply, InaccessibleMessage, Message

from bot import shelftexts, showing
from bot.callbacks import Action, Press, Seal
from bot.lists import Lists
from bot.openprompts import OpenPrompts
from bot.prompts import Prompt, Wish, named
from storage.errors import PlaylistExistsError
from storage.handling import aside
from storage.models import Person, Track
from storage.playlists import Playlist
from storage.store import Store

_EXAMPLE = "Morning"  # shown where the name is typed


async def ask_name(
    query: CallbackQuery, pressed: Press, person: Person, lists: Lists, prompts: OpenPrompts
) -> None:
    """Ask how a playlist shall be called from now on."""
    assert query.message is not None, "see `bot.pressed`"
    mine = await lists.own(pressed.number, person.id)
    await ask_rename(query.message, mine, lists, prompts)
    await query.answer()


async def new_list(query: CallbackQuery, lists: Lists, prompts: OpenPrompts) -> None:
    await ask_new(query, lists, prompts)
    await query.answer()


async def ask_new(
    query: CallbackQuery, lists: Lists, prompts: OpenPrompts, track: Track | None = None
) -> None:
    """Ask how a new list shall be called, which may be for a track."""
    assert query.message is not None, "see `bot.pressed`"
    link = await lists.track_link(track) if track else ""
    prompt = Prompt(Wish.NEW, track.id if track else None)
    await ask(query.message, shelftexts.ask_new(link), prompt, prompts)


async def ask_rename(
    message: Message | InaccessibleMessage, mine: Playlist, lists: Lists, prompts: OpenPrompts
) -> None:
    text = shelftexts.ask_rename(await lists.list_link(mine))
    await ask(message, text, Prompt(Wish.RENAME, mine.id), prompts)


async def name_given(
    message: Message,
    prompt: Prompt,
    person: Person,
    store: Store,
    lists: Lists,
    prompts: OpenPrompts,
    seal: Seal,
) -> None:
    """Do what a name was asked for; of one that will not do, go on asking."""
    name = named(message.text or "")
    if not name:
        prompts.ask(message.chat.id, prompt)
        await message.answer(shelftexts.NO_NAME)
    elif prompt.wish is Wish.NEW:
        await _make(message, prompt.subject, name, person, store, lists, seal)
    elif not await _renamed(prompt.subject or 0, name, person, store, lists):
        prompts.ask(message.chat.id, prompt)
        await message.answer(shelftexts.exists(name))
    else:
        await open_list(message, prompt.subject or 0, person, lists, seal)


async def _renamed(playlist_id: int, name: str, person: Person, store: Store, lists: Lists) -> bool:
    """Rename a list, unless there is another one of that name."""
    mine = await lists.own(playlist_id, person.id)
    try:
        await store.playlists.rename(mine.id, name)
    except PlaylistExistsError:
        return False
    return True


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
    track = await store.catalog.get(track_id) if track_id else None
    if track is not None:
        with aside():
            made, _ = await lists.make(name, person.id)
        await store.playlists.add(made.id, [track.id])
        await message.answer(shelftexts.put(track, made.name))
        return
    made, is_new = await lists.make(name, person.id)
    if not is_new:
        await message.answer(shelftexts.exists(made.name))
    await open_list(message, made.id, person, lists, seal)


async def ask(
    message: Message | InaccessibleMessage, text: str, prompt: Prompt, prompts: OpenPrompts
) -> None:
    prompts.ask(message.chat.id, prompt)
    await message.answer(text, reply_markup=ForceReply(input_field_placeholder=_EXAMPLE))


async def open_list(
    message: Message, playlist_id: int, person: Person, lists: Lists, seal: Seal
) -> None:
    face = await lists.face(Press(Action.PLAYLIST, playlist_id), person.id)
    await showing.answer(message, face, seal)
