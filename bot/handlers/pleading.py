"""The buttons with which somebody answers who asks for more than their limits allow."""

from __future__ import annotations

from aiogram.types import CallbackQuery

from bot import showing
from bot.callbacks import Press, Seal
from bot.errors import OutOfDateError
from bot.pleas import Pleas
from storage.models import Person


async def decide(
    query: CallbackQuery, pressed: Press, person: Person, pleas: Pleas, seal: Seal
) -> None:
    if pressed.more not in {(0,), (1,)}:
        raise OutOfDateError
    face = await pleas.decide(pressed.number, person, is_granted=pressed.more == (1,))
    await query.answer()
    await showing.in_place(query, face, seal)
