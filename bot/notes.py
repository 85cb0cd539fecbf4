"""The notes of conversions: one message for each, which tells how it stands until it comes."""

from __future__ import annotations

import asyncio

import structlog
from aiogram.exceptions import TelegramAPIError
from aiogram.types import InaccessibleMessage, Message

from bot import conversiontexts, deliverytexts, showing, texts
from bot.callbacks import Action, Press, Seal
from bot.commissions import Commission
from bot.errors import UndeliverableError
from bot.faces import Button, Face, keyboard

log = structlog.get_logger(__name__)

_PATIENCE = 2.0  # seconds: a program that ends has not many
_CANCEL = ((Button(conversiontexts.CANCEL, Press(Action.CANCEL_CONVERSION)),),)


class Notes:
    """Where a note cannot be changed, nothing is lost."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal

    async def write(
        self, commission: Commission, before: int, asked: Message | InaccessibleMessage
    ) -> None:
        commission.told = before
        commission.note = await showing.answer(asked, _face(commission, before), self._seal)

    async def rewrite(self, commission: Commission, before: int) -> None:
        """Say how many are before it, where that has changed."""
        if commission.note is not None and commission.told != before:
            commission.told = before
            await self._change(commission.note, _face(commission, before))

    async def remove(self, commission: Commission) -> None:
        if commission.note is not None:
            await self._change(commission.note, None)

    async def fail(self, commission: Commission, error: Exception | None) -> None:
        """Say what hindered it; without an error, something that nobody thought of."""
        if commission.note is not None:
            await self._change(commission.note, Face(_sentence(error)))

    async def stop(self, commission: Commission) -> None:
        """Say that the program ends before it."""
        if commission.note is not None:
            await self._change(commission.note, Face(conversiontexts.stopped(commission.track)))

    async def cut_off(self, note: Message | InaccessibleMessage) -> None:
        """Say that nobody works on it any more."""
        if isinstance(note, Message):
            await self._change(note, Face(conversiontexts.CUT_OFF))

    async def _change(self, note: Message, face: Face | None) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                if face is None:
                    await note.delete()
                else:
                    markup = keyboard(face, note.chat.id, self._seal)
                    await note.edit_text(face.text, reply_markup=markup)
        except (TelegramAPIError, TimeoutError) as error:
            log.info("note not changed", error=str(error))


def _face(commission: Commission, before: int) -> Face:
    track, conversion = commission.track, commission.conversion
    if before:
        return Face(conversiontexts.waiting(track, conversion, before), _CANCEL)
    return Face(conversiontexts.working(track, conversion), _CANCEL)


def _sentence(error: Exception | None) -> str:
    match error:
        case None:
            return texts.BROKEN
        case UndeliverableError():
            return deliverytexts.undeliverable(error)
        case TelegramAPIError():
            return conversiontexts.NOT_SENT
        case _:
            return texts.UNWRITABLE
