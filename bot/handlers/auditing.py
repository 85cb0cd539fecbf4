"""/audit: what is in a chat, compared with the library; without a chat, who did what."""

from __future__ import annotations

from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message

from bot import auditwords, journalfaces, journaltexts, showing
from bot.audits import Audits
from bot.callbacks import Press, Seal
from bot.errors import OutOfDateError
from storage.handling import tells_itself
from storage.models import Person
from storage.store import Store


async def audit(message: Message, person: Person, audits: Audits) -> None:
    await audits.take(message, auditwords.audit(showing.arguments(message)), person.id)


async def journal(message: Message, store: Store, seal: Seal) -> None:
    """Show who did what, unless others read along: it names people and accounts."""
    if message.chat.type == ChatType.PRIVATE:
        await showing.answer(message, await journalfaces.page(store), seal)
    else:
        await message.answer(journaltexts.IN_PRIVATE)


async def turn(query: CallbackQuery, pressed: Press, store: Store, seal: Seal) -> None:
    if query.message is None or query.message.chat.type != ChatType.PRIVATE:
        raise OutOfDateError
    await showing.in_place(query, await journalfaces.page(store, pressed.number), seal)
    await query.answer()


async def refill(query: CallbackQuery, person: Person, audits: Audits, seal: Seal) -> None:
    if not isinstance(query.message, Message):
        raise OutOfDateError
    tells_itself()
    _, face = await audits.refill(query.message, person.id)
    await showing.in_place(query, face, seal)
    await query.answer()
