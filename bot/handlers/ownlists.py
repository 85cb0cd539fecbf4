"""/playlist, and what is written behind it."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import Message

from bot import shelftexts, showing
from bot.callbacks import Action, Seal
from bot.handlers import naming
from bot.lists import Lists
from bot.openprompts import OpenPrompts
from bot.prompts import Prompt, Wish, named
from storage.models import Person
from storage.playlists import Playlist

_NEW = "new"
_VERBS = {"rename": Action.RENAME, "remove": Action.REMOVE, "delete": Action.REMOVE}


async def playlist(
    message: Message, person: Person, lists: Lists, prompts: OpenPrompts, seal: Seal
) -> None:
    """Show all lists, or open the one that is named; make, rename or remove it where that is said.

    A list that is called so is opened, whatever its name begins with.
    """
    said = showing.arguments(message)
    word, _, name = said.partition(" ")
    if not said:
        await showing.answer(message, await lists.menu(person.id), seal)
    elif word.lower() == _NEW:
        await _make(message, named(name), person, lists, prompts, seal)
    elif found := await lists.called(named(said), person.id):
        await _do(message, found, said, Action.PLAYLIST, person, lists, prompts, seal)
    elif action := _VERBS.get(word.lower()):
        found = await lists.called(named(name), person.id)
        await _do(message, found, name, action, person, lists, prompts, seal)
    else:
        await message.answer(shelftexts.no_list(said))


async def _make(
    message: Message, name: str, person: Person, lists: Lists, prompts: OpenPrompts, seal: Seal
) -> None:
    if not name:
        await naming.ask(message, shelftexts.ask_new(), Prompt(Wish.NEW, None), prompts)
        return
    made, is_new = await lists.make(name, person.id)
    if not is_new:
        await message.answer(shelftexts.exists(made.name))
    await naming.open_list(message, made.id, person, lists, seal)


async def _do(
    message: Message,
    found: Sequence[Playlist],
    said: str,
    action: Action,
    person: Person,
    lists: Lists,
    prompts: OpenPrompts,
    seal: Seal,
) -> None:
    """Do this to the list that was found; of several, ask which is meant."""
    if not found:
        await message.answer(shelftexts.none_of_them(said))
    elif len(found) > 1:
        await showing.answer(message, lists.which(found, said, action), seal)
    elif action is Action.PLAYLIST:
        await naming.open_list(message, found[0].id, person, lists, seal)
    elif action is Action.RENAME:
        await naming.ask_rename(message, found[0], lists, prompts)
    else:
        await showing.answer(message, await lists.removal(found[0].id, person.id), seal)
