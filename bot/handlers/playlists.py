"""/playlist, the buttons of playlists, and the names that people give them."""

from __future__ import annotations

from aiogram.types import BufferedInputFile, CallbackQuery, ForceReply, InaccessibleMessage, Message

from bot import m3u, shelftexts, showing
from bot.callbacks import Action, Press, Seal
from bot.deeplinks import ToPlaylist
from bot.errors import OutOfDateError, Usage, UsageError
from bot.lists import Lists, named
from bot.prompts import Prompt, Wish
from bot.repeats import Repeats
from storage.errors import PlaylistExistsError
from storage.models import Person, Track
from storage.names import file_name
from storage.playlists import Playlist
from storage.store import Store

_NEW = "new"
_NAMES = "Morning"  # an example, shown where the name is typed


async def playlist(message: Message, person: Person, lists: Lists, seal: Seal) -> None:
    """Show all lists, or the one that is named; with `new`, make it first."""
    said = showing.arguments(message)
    word, _, name = said.partition(" ")
    if not said:
        await showing.answer(message, await lists.menu(person.id), seal)
    elif word.lower() == _NEW and not named(name):
        await _ask(message, shelftexts.ask_new())
    elif word.lower() == _NEW:
        made, is_new = await lists.make(name, person.id)
        if not is_new:
            await message.answer(shelftexts.exists(made.name))
        await _open(message, made, person, lists, seal)
    elif (found := await lists.called(named(said), person.id)) is not None:
        await _open(message, found, person, lists, seal)
    else:
        await message.answer(shelftexts.no_list(said))


async def open_shared(
    message: Message, goal: ToPlaylist, person: Person, lists: Lists, seal: Seal
) -> None:
    """Open the list behind a link, whosever it is."""
    try:
        face = await lists.face(Press(Action.PLAYLIST, goal.playlist_id), person.id)
    except OutOfDateError:
        raise UsageError(Usage.STALE_LINK) from None
    await showing.answer(message, face, seal)


async def show_menu(query: CallbackQuery, person: Person, lists: Lists, seal: Seal) -> None:
    await showing.in_place(query, await lists.menu(person.id), seal)
    await query.answer()


async def show(
    query: CallbackQuery, pressed: Press, person: Person, lists: Lists, seal: Seal
) -> None:
    await showing.in_place(query, await lists.face(pressed, person.id), seal)
    await query.answer()


async def take_out(
    query: CallbackQuery, pressed: Press, person: Person, store: Store, lists: Lists, seal: Seal
) -> None:
    track_id, at = pressed.more
    mine = await lists.own(pressed.number, person.id)
    await store.playlists.take_out(mine.id, track_id)
    again = Press(Action.PLAYLIST, mine.id, (0, at, 1))
    await showing.in_place(query, await lists.face(again, person.id), seal)
    await query.answer()


async def copy(
    query: CallbackQuery, pressed: Press, person: Person, lists: Lists, seal: Seal
) -> None:
    made = await lists.copy(pressed.number, person.id)
    face = await lists.face(Press(Action.PLAYLIST, made.id), person.id)
    await showing.in_place(query, face, seal)
    await query.answer(shelftexts.made(made.name))


async def export(
    query: CallbackQuery, pressed: Press, store: Store, lists: Lists, repeats: Repeats
) -> None:
    assert query.message is not None, "see `bot.pressed`"
    one = await lists.get(pressed.number)
    tracks = await store.catalog.many(await store.playlists.tracks(one.id))
    missing = sum(track.path is None for track in tracks)
    if missing == len(tracks):
        await query.answer(shelftexts.NOTHING_TO_EXPORT)
        return
    if repeats.is_one(query):
        await query.answer(shelftexts.ON_ITS_WAY)
        return
    text = m3u.m3u8(one.name, tracks)
    file = BufferedInputFile(text.encode(), file_name(one.name, "m3u8"))
    await query.message.answer_document(file, caption=shelftexts.left_out(missing) or None)
    await query.answer()


async def ask_removal(
    query: CallbackQuery, pressed: Press, person: Person, lists: Lists, seal: Seal
) -> None:
    await showing.in_place(query, await lists.removal(pressed.number, person.id), seal)
    await query.answer()


async def remove(
    query: CallbackQuery, pressed: Press, person: Person, store: Store, lists: Lists, seal: Seal
) -> None:
    mine = await lists.own(pressed.number, person.id)
    await store.playlists.remove(mine.id)
    await showing.in_place(query, await lists.menu(person.id), seal)
    await query.answer(shelftexts.REMOVED)


async def ask_name(query: CallbackQuery, pressed: Press, person: Person, lists: Lists) -> None:
    """Ask how a playlist shall be called from now on."""
    assert query.message is not None, "see `bot.pressed`"
    mine = await lists.own(pressed.number, person.id)
    await _ask(query.message, shelftexts.ask_rename(await lists.list_link(mine)))
    await query.answer()


async def new_list(query: CallbackQuery, lists: Lists) -> None:
    await ask_new(query, lists)
    await query.answer()


async def ask_new(query: CallbackQuery, lists: Lists, track: Track | None = None) -> None:
    """Ask how a new list shall be called, which may be for a track."""
    assert query.message is not None, "see `bot.pressed`"
    link = await lists.track_link(track) if track else ""
    await _ask(query.message, shelftexts.ask_new(link))


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
    await _open(message, mine, person, lists, seal)


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
    await _open(message, made, person, lists, seal)


async def _open(message: Message, one: Playlist, person: Person, lists: Lists, seal: Seal) -> None:
    face = await lists.face(Press(Action.PLAYLIST, one.id), person.id)
    await showing.answer(message, face, seal)


async def _ask(message: Message | InaccessibleMessage, text: str) -> None:
    await message.answer(text, reply_markup=ForceReply(input_field_placeholder=_NAMES))
