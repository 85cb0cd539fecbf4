"""/backup: a copy of the catalogue, sealed."""

from __future__ import annotations

from aiogram.types import CallbackQuery, Message

from bot import backuptexts as texts
from bot.callbacks import Press
from bot.errors import NotYoursError
from bot.repeats import Repeats
from bot.safekeeping import Safekeeping, message_of
from storage.models import Person, Role


async def backup(message: Message, person: Person, safekeeping: Safekeeping) -> None:
    if person.role is not Role.OWNER:
        raise NotYoursError
    await safekeeping.take(message)


async def send(
    query: CallbackQuery,
    pressed: Press,
    person: Person,
    safekeeping: Safekeeping,
    repeats: Repeats,
) -> None:
    if person.role is not Role.OWNER:
        raise NotYoursError
    message = message_of(query)
    with repeats.first(query) as is_first:
        if is_first:
            await safekeeping.send(message, pressed.number)
    await query.answer(None if is_first else texts.ON_ITS_WAY)
