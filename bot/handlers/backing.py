"""/backup: a copy of the catalogue, sealed."""

from __future__ import annotations

from aiogram.types import CallbackQuery, Message

from bot import backuptexts as texts
from bot.callbacks import Press
from bot.repeats import Repeats
from bot.safekeeping import Safekeeping, message_of


async def backup(message: Message, safekeeping: Safekeeping) -> None:
    await safekeeping.take(message)


async def send(
    query: CallbackQuery, pressed: Press, safekeeping: Safekeeping, repeats: Repeats
) -> None:
    message = message_of(query)
    with repeats.first(query) as is_first:
        if is_first:
            await safekeeping.send(message, pressed.number)
    await query.answer(None if is_first else texts.ON_ITS_WAY)
