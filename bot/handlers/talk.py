"""/start, /help, and what is no command at all."""

from __future__ import annotations

from difflib import get_close_matches

from aiogram.types import Message

from bot import helptexts, helptopics, showing
from bot.errors import Usage, UsageError
from bot.menu import Menu
from storage.models import Person


async def start(message: Message, menu: Menu, person: Person) -> None:
    await message.answer(helptexts.START)
    await menu.publish(person.id, person.role)


async def explain(message: Message) -> None:
    """List the commands, or tell of the one that is named."""
    said = showing.arguments(message) if (message.text or "").lower().startswith("/help") else ""
    await message.answer(helptopics.of(said.split()[0]) if said.split() else helptexts.HELP)


async def unknown_command(message: Message) -> None:
    command = (message.text or "/").split(maxsplit=1)[0]
    word, at, _ = command.removeprefix("/").partition("@")
    if at and word.lower() in helptexts.COMMANDS:
        raise UsageError(Usage.NO_SPACE)
    if meant := get_close_matches(word.lower(), helptexts.COMMANDS, 1, 0.75):
        raise UsageError(Usage.MISSPELT_COMMAND, meant[0])
    raise UsageError(Usage.UNKNOWN_COMMAND)
