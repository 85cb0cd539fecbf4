"""Shelves that a link opens: a playlist somebody shared, a search somebody typed."""

from __future__ import annotations

from aiogram.types import Message

from bot import showing
from bot.callbacks import Action, Press, Seal
from bot.deeplinks import ToPlaylist, ToSearch
from bot.errors import OutOfDateError, Usage, UsageError
from bot.lists import Lists
from bot.shelves import Shelves
from storage.models import Person


async def open_shared(
    message: Message, goal: ToPlaylist, person: Person, lists: Lists, seal: Seal
) -> None:
    """Open the list behind a link, whosever it is."""
    try:
        face = await lists.face(Press(Action.PLAYLIST, goal.playlist_id), person.id)
    except OutOfDateError:
        raise UsageError(Usage.STALE_LINK) from None
    await showing.answer(message, face, seal)


async def search_linked(
    message: Message, goal: ToSearch, person: Person, shelves: Shelves, seal: Seal
) -> None:
    """Search for the words behind a link."""
    press = Press(Action.SEARCH, message.message_id)
    await showing.answer(message, await shelves.face(press, person.id, goal.text), seal)
