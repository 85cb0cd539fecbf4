"""The buttons of playlists."""

from __future__ import annotations

from aiogram.types import BufferedInputFile, CallbackQuery

from bot import shelftexts, showing
from bot.callbacks import Action, Press, Seal
from bot.lists import Lists
from bot.repeats import Repeats
from storage import m3u
from storage.models import Person


async def show_menu(query: CallbackQuery, person: Person, lists: Lists, seal: Seal) -> None:
    await showing.in_place(query, await lists.menu(person.id), seal)
    await query.answer()


async def show(
    query: CallbackQuery, pressed: Press, person: Person, lists: Lists, seal: Seal
) -> None:
    await showing.in_place(query, await lists.face(pressed, person.id), seal)
    await query.answer()


async def take_out(
    query: CallbackQuery, pressed: Press, person: Person, lists: Lists, seal: Seal
) -> None:
    track_id, at = pressed.more
    await lists.take_out(track_id, pressed.number, person.id)
    again = Press(Action.PLAYLIST, pressed.number, (0, at, 1))
    await showing.in_place(query, await lists.face(again, person.id), seal)
    await query.answer()


async def copy(
    query: CallbackQuery, pressed: Press, person: Person, lists: Lists, seal: Seal
) -> None:
    made = await lists.copy(pressed.number, person.id)
    face = await lists.face(Press(Action.PLAYLIST, made.id), person.id)
    await showing.in_place(query, face, seal)
    await query.answer(shelftexts.made(made.name))


async def export(query: CallbackQuery, pressed: Press, lists: Lists, repeats: Repeats) -> None:
    assert query.message is not None, "see `bot.pressed`"
    one = await lists.get(pressed.number)
    tracks = await lists.tracks(one)
    missing = len(tracks) - len(m3u.listed(tracks))
    if missing == len(tracks):
        await query.answer(shelftexts.NOTHING_TO_EXPORT)
        return
    with repeats.first(query) as is_first:
        if is_first:
            text = m3u.m3u8(one.name, tracks)
            file = BufferedInputFile(text.encode(), m3u.file_name(one.name))
            await query.message.answer_document(file, caption=shelftexts.left_out(missing) or None)
    await query.answer(None if is_first else shelftexts.ON_ITS_WAY)


async def ask_removal(
    query: CallbackQuery, pressed: Press, person: Person, lists: Lists, seal: Seal
) -> None:
    await showing.in_place(query, await lists.removal(pressed.number, person.id), seal)
    await query.answer()


async def remove(
    query: CallbackQuery, pressed: Press, person: Person, lists: Lists, seal: Seal
) -> None:
    await lists.remove(pressed.number, person.id)
    await showing.in_place(query, await lists.menu(person.id), seal)
    await query.answer(shelftexts.REMOVED)
