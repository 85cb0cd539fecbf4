"""What is done with a track: sent, liked, put into a list."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from aiogram.types import CallbackQuery, Message

from bot import deliverytexts, shelf, shelftexts, showing
from bot.callbacks import Press, Seal
from bot.delivery import Delivery
from bot.errors import OutOfDateError
from bot.faces import Face
from bot.handlers.playlists import ask_new
from bot.lists import Lists
from bot.promptness import promptly
from bot.repeats import Repeats
from bot.trackbuttons import TrackButtons
from downloader.clock import Clock
from storage.models import Person, Track
from storage.store import Store

Result = TypeVar("Result")


async def send(
    query: CallbackQuery,
    pressed: Press,
    person: Person,
    store: Store,
    delivery: Delivery,
    track_buttons: TrackButtons,
    repeats: Repeats,
    clock: Clock,
) -> None:
    """Send the track with this number, once however often it is pressed."""
    assert query.message is not None, "see `bot.pressed`"
    track = await _track(store, pressed.number)
    if repeats.is_one(query):
        await query.answer(shelftexts.ON_ITS_WAY)
        return
    chat_id = query.message.chat.id
    buttons = await track_buttons.below(track, chat_id, person.id)
    await _told(query, delivery.send(chat_id, track, buttons), clock)


async def send_all(
    query: CallbackQuery,
    store: Store,
    delivery: Delivery,
    repeats: Repeats,
    seal: Seal,
    clock: Clock,
) -> None:
    """Send the tracks whose numbers stand below the message."""
    message = query.message
    if not isinstance(message, Message):
        raise OutOfDateError
    ids = shelf.on_display(message.reply_markup, message.chat.id, seal)
    if repeats.is_one(query):
        await query.answer(shelftexts.ON_ITS_WAY)
        return
    tracks = await store.catalog.many(ids)
    delivered = await _told(query, delivery.send_all(message.chat.id, tracks), clock)
    if delivered.failures:
        await message.answer(deliverytexts.not_sent(delivered.failures, len(tracks)))


async def like(
    query: CallbackQuery,
    pressed: Press,
    person: Person,
    store: Store,
    track_buttons: TrackButtons,
    clock: Clock,
) -> None:
    """Do what the button said when it was pressed; one that did not say turns it round."""
    assert query.message is not None, "see `bot.pressed`"
    track = await _track(store, pressed.number)
    liked = track.id in await store.favorites.among(person.id, [track.id])
    wish = bool(pressed.more[0]) if pressed.more else not liked
    if wish and not liked:
        await store.favorites.add(person.id, track.id, clock.now())
    elif liked and not wish:
        await store.favorites.remove(person.id, track.id)
    await query.answer(shelftexts.LIKED if wish else shelftexts.NOT_LIKED)
    buttons = await track_buttons.below(track, query.message.chat.id, person.id)
    await showing.buttons_in_place(query, buttons)


async def choose(
    query: CallbackQuery, pressed: Press, person: Person, store: Store, lists: Lists, seal: Seal
) -> None:
    """Ask into which list the track shall go; where there is none, how the first is called."""
    track = await _track(store, pressed.number)
    face = await lists.choice(track, person.id)
    if face is None:
        await ask_new(query, lists, track)
    else:
        await showing.below(query, face, seal)
    await query.answer()


async def put(
    query: CallbackQuery, pressed: Press, person: Person, store: Store, lists: Lists, seal: Seal
) -> None:
    track = await _track(store, pressed.number)
    [playlist_id] = pressed.more
    playlist = await lists.own(playlist_id, person.id)
    await store.playlists.add(playlist.id, [track.id])
    await showing.in_place(query, Face(shelftexts.put(track, playlist.name)), seal)
    await query.answer()


async def put_into_new(query: CallbackQuery, pressed: Press, store: Store, lists: Lists) -> None:
    await ask_new(query, lists, await _track(store, pressed.number))
    await query.answer()


async def _track(store: Store, track_id: int) -> Track:
    track = await store.catalog.get(track_id)
    if track is None:
        raise OutOfDateError
    return track


async def _told(query: CallbackQuery, sending: Awaitable[Result], clock: Clock) -> Result:
    """Answer the press when the sending is over, or after a moment if it takes longer."""
    announced = asyncio.Event()

    async def announce() -> None:
        announced.set()
        await query.answer(shelftexts.COMES)

    try:
        return await promptly(sending, announce, clock)
    finally:
        if not announced.is_set():
            await query.answer()
