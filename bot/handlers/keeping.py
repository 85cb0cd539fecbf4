"""What people keep: tracks that they like, and those that they put into a list."""

from __future__ import annotations

from aiogram.types import CallbackQuery

from bot import shelftexts, showing
from bot.callbacks import Press, Seal
from bot.faces import Face
from bot.handlers import naming
from bot.lists import Lists
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
    """Do what the button said when it was pressed; one that did not say turns it round."""
    assert query.message is not None, "see `bot.pressed`"
    track = await sending.track(pressed.number)
    liked = track.id in await store.favorites.among(person.id, [track.id])
    wish = bool(pressed.more[0]) if pressed.more else not liked
    if wish and not liked:
        await store.favorites.add(person.id, track.id, clock.now())
    elif liked and not wish:
        await store.favorites.remove(person.id, track.id)
    await query.answer(shelftexts.LIKED if wish else shelftexts.NOT_LIKED)
    buttons = await sending.buttons(track, query.message.chat.id, person.id)
    await showing.buttons_in_place(query, buttons)


async def choose(
    query: CallbackQuery,
    pressed: Press,
    person: Person,
    sending: Sending,
    lists: Lists,
    seal: Seal,
) -> None:
    """Ask into which list the track shall go; where there is none, how the first is called."""
    track = await sending.track(pressed.number)
    face = await lists.choice(track, person.id)
    if face is None:
        await naming.ask_new(query, lists, track)
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
    track = await sending.track(pressed.number)
    [playlist_id] = pressed.more
    playlist = await lists.put(track, playlist_id, person.id)
    await showing.in_place(query, Face(shelftexts.put(track, playlist.name)), seal)
    await query.answer()


async def put_into_new(
    query: CallbackQuery, pressed: Press, sending: Sending, lists: Lists
) -> None:
    await naming.ask_new(query, lists, await sending.track(pressed.number))
    await query.answer()
