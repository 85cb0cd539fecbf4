"""/start, /help, and what is no command at all."""

from __future__ import annotations

from aiogram import Bot
from aiogram.types import InlineQuery, Message

from bot import menu, texts
from bot.errors import Usage, UsageError
from storage.models import Person


async def start(message: Message, bot: Bot, person: Person) -> None:
    await message.answer(texts.START)
    await menu.publish(bot, person.id)


async def explain(message: Message) -> None:
    await message.answer(texts.HELP)


async def unknown_command(message: Message) -> None:
    raise UsageError(Usage.UNKNOWN_COMMAND, message.text or "")


async def inline(query: InlineQuery) -> None:
    await query.answer([], cache_time=5, is_personal=True)
