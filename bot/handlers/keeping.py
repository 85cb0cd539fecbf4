"""What people keep: tracks that they like, and those that they put into a list."""

from __future__ import annotations

from aiogram.types import CallbackQuery

from bot import shelftexts, showing
from bot.callbacks import Press, Seal
from bot.handlers import naming
from bot.lists import Lists
from bot.openprompts import OpenPrompts
from bot.sending import Sending
from downloader.clock import Clock
from storage.models import Person
from storage.store import Store


async def like(
    query: CallbackQuery,
    pressed: Press,
    person: Person,
    store: Store,
    sending: Sending,
    clock: Clock,
) -> None:
    """Do what the button said when it was pressed."""
    assert query.message is not None, "see `bot.pressed`"
    track = await sending.track(pressed.number)
    liked = track.id in await store.favorites.among(person.id, [track.id])
    wish = pressed.more != (0,)
    if wish and not liked:
        await store.favorites.add(person.id, track.id, clock.now())
    elif liked and not wish:
        await store.favorites.remove(person.id, track.id)
    await query.answer(shelftexts.LIKED if wish else shelftexts.NOT_LIKED)
    buttons = await sending.buttons(track, query.message.chat.id, person)
    await showing.buttons_in_place(query, buttons)


async def choose(
    query: CallbackQuery,
    pressed: Press,
    person: Person,
    sending: Sending,
    lists: Lists,
    prompts: OpenPrompts,
    seal: Seal,
) -> None:
    """Ask into which list the track shall go; where there is none, how the first is called."""
    track = await sending.track(pressed.number)
    face = await lists.choice(track, person.id)
    if face is None:
        await naming.ask_new(query, lists, prompts, track)
    else:
        await showing.below(query, face, seal)
    await query.answer()


async def put(
    query: CallbackQuery,
    pressed: Press,
    person: Person,
    sending: Sending,
    lists: Lists,
    seal: Seal,
) -> None:
    """Put the track into a list or take it out, as the button said, and go on asking."""
    track = await sending.track(pressed.number)
    playlist_id, *rest = pressed.more
    if rest == [0]:
        playlist = await lists.take_out(track.id, playlist_id, person.id)
        told = shelftexts.taken_out(playlist.name)
    else:
        playlist = await lists.put(track, playlist_id, person.id)
        told = shelftexts.put_there(playlist.name)
    if face := await lists.choice(track, person.id):
        await showing.in_place(query, face, seal)
    await query.answer(told)


async def put_into_new(
    query: CallbackQuery, pressed: Press, sending: Sending, lists: Lists, prompts: OpenPrompts
) -> None:
    await naming.ask_new(query, lists, prompts, await sending.track(pressed.number))
    await query.answer()
