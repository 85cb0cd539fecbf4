"""/search, /recent, /favorites, /random, and turning their pages."""

from __future__ import annotations

from aiogram.types import CallbackQuery, Message

from bot import shelftexts, showing
from bot.callbacks import Action, Press, Seal
from bot.deeplinks import DeepLinks, ToSearch
from bot.errors import NotYoursError, OutOfDateError
from bot.shelves import Shelves
from storage.models import Person

SHOWN = (
    *(Action.SEARCH, Action.WIDER, Action.RANDOM, Action.RECENT, Action.FAVORITES),
    *(Action.ARTIST, Action.ALBUM, Action.AMONG_FAVORITES),
)
_BY_COMMAND = frozenset(
    {Action.SEARCH, Action.WIDER, Action.RANDOM, Action.RECENT, Action.AMONG_FAVORITES}
)


async def search(message: Message, person: Person, shelves: Shelves, seal: Seal) -> None:
    said = showing.arguments(message)
    if not said:
        await message.answer(shelftexts.SEARCH)
        return
    press = Press(Action.SEARCH, message.message_id)
    await showing.answer(message, await shelves.face(press, person.id, said), seal)


async def random(message: Message, person: Person, shelves: Shelves, seal: Seal) -> None:
    press = Press(Action.RANDOM, message.message_id)
    face = await shelves.face(press, person.id, showing.arguments(message))
    await showing.answer(message, face, seal)


async def recent(message: Message, person: Person, shelves: Shelves, seal: Seal) -> None:
    said = showing.arguments(message)
    press = Press(Action.RECENT, message.message_id if said else 0)
    await showing.answer(message, await shelves.face(press, person.id, said), seal)


async def favorites(message: Message, person: Person, shelves: Shelves, seal: Seal) -> None:
    said = showing.arguments(message)
    press = Press(Action.FAVORITES, person.id)
    if said:
        press = Press(Action.AMONG_FAVORITES, message.message_id)
    await showing.answer(message, await shelves.face(press, person.id, said), seal)


async def turn(
    query: CallbackQuery,
    pressed: Press,
    person: Person,
    shelves: Shelves,
    seal: Seal,
    deeplinks: DeepLinks,
) -> None:
    """Show what a button says: in place where that is another page, else in a new message."""
    if pressed.action is Action.FAVORITES and pressed.number != person.id:
        raise NotYoursError
    said = ""
    if pressed.action in _BY_COMMAND and pressed.number:
        command = showing.command_of(query, pressed.number)
        _may_be_turned(pressed, command, person)
        said = _said(command, deeplinks)
    face = await shelves.face(pressed, person.id, said)
    show = showing.in_place if pressed.more else showing.below
    await show(query, face, seal)
    await query.answer()


def _may_be_turned(pressed: Press, command: Message, person: Person) -> None:
    is_own = command.from_user is not None and command.from_user.id == person.id
    if pressed.action is Action.AMONG_FAVORITES and not is_own:
        raise NotYoursError


def _said(command: Message, deeplinks: DeepLinks) -> str:
    """Return what a command looks for, which may be a link that opened the bot."""
    behind = showing.arguments(command)
    if not (command.text or "").lower().startswith("/start"):
        return behind
    goal = deeplinks.read(behind)
    if not isinstance(goal, ToSearch):
        raise OutOfDateError
    return goal.text
