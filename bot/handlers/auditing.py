"""/audit: what is in a chat, compared with the library."""

from __future__ import annotations

from aiogram.types import CallbackQuery, Message

from bot import auditwords, showing
from bot.audits import Audits
from bot.callbacks import Seal
from bot.errors import OutOfDateError
from storage.acting import tells_itself
from storage.models import Person


async def audit(message: Message, person: Person, audits: Audits) -> None:
    await audits.take(message, auditwords.audit(showing.arguments(message)), person.id)


async def refill(query: CallbackQuery, person: Person, audits: Audits, seal: Seal) -> None:
    if not isinstance(query.message, Message):
        raise OutOfDateError
    tells_itself()
    _, face = await audits.refill(query.message, person.id)
    await showing.in_place(query, face, seal)
    await query.answer()
