"""/start, /help, and what is no command at all."""

from __future__ import annotations

from difflib import get_close_matches

from aiogram.types import Message

from bot import helptexts, helptopics, roletexts, showing
from bot.errors import Usage, UsageError
from bot.menu import Menu
from storage.models import Person


async def start(message: Message, menu: Menu, person: Person) -> None:
    await message.answer(helptexts.start(menu.usable(person.role)))
    await menu.publish(person.id, person.role)


async def explain(message: Message, menu: Menu, person: Person) -> None:
    """List the commands, or tell of the one that is named: no more than this person may use."""
    said = showing.arguments(message) if (message.text or "").lower().startswith("/help") else ""
    usable, alone = menu.usable(person.role), menu.usable_alone(person.role)
    if not said.split():
        await message.answer(helptexts.overview(usable | alone))
        return
    word = said.split()[0]
    name = helptopics.named(word)
    if name is not None and name not in usable | alone:
        await message.answer(roletexts.not_allowed(menu.asked(name)))
    else:
        await message.answer(helptopics.of(word, usable, alone))


async def unknown_command(message: Message, menu: Menu, person: Person) -> None:
    command = (message.text or "/").split(maxsplit=1)[0]
    word, at, _ = command.removeprefix("/").partition("@")
    names = menu.commands(person.role)
    if at and word.lower() in names:
        raise UsageError(Usage.NO_SPACE, word.lower())
    if meant := get_close_matches(word.lower(), names, 1, 0.75):
        raise UsageError(Usage.MISSPELT_COMMAND, meant[0])
    raise UsageError(Usage.UNKNOWN_COMMAND)
