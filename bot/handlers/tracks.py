"""Sending what a shelf shows: one track, or all of the page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from aiogram.types import CallbackQuery, Message

from bot import deliverytexts, shelf, shelftexts
from bot.callbacks import Press, Seal
from bot.errors import OutOfDateError
from bot.permissions import Permission, may
from bot.promptness import promptly
from bot.repeats import Repeats
from bot.sending import Sending
from downloader.clock import Clock
from storage.models import Person

Result = TypeVar("Result")


async def send(
    query: CallbackQuery,
    pressed: Press,
    person: Person,
    sending: Sending,
    repeats: Repeats,
    clock: Clock,
) -> None:
    """Send the track with this number, or this very file of it; once for an impatient thumb."""
    assert query.message is not None, "see `bot.pressed`"
    track = await sending.track(pressed.number)
    with repeats.first(query) as is_first:
        if is_first:
            if pressed.more:
                act = sending.file(track, query.message)
            else:
                act = sending.one(track, query.message, person)
            await _told(query, act, clock)
        else:
            await query.answer(shelftexts.ON_ITS_WAY)


async def send_all(
    query: CallbackQuery,
    person: Person,
    sending: Sending,
    repeats: Repeats,
    seal: Seal,
    clock: Clock,
) -> None:
    """Send the tracks whose numbers stand below the message."""
    message = query.message
    if not isinstance(message, Message):
        raise OutOfDateError
    ids = shelf.on_display(message.reply_markup, message.chat.id, seal)
    with repeats.first(query) as is_first:
        if not is_first:
            await query.answer(shelftexts.ON_ITS_WAY)
            return
        failures = await _told(query, sending.all(ids, message, person), clock)
    if failures:
        tells_source = may(person.role, Permission.CURATE)
        told = deliverytexts.not_sent(failures, len(ids), tells_source=tells_source)
        await message.answer(told)


async def _told(query: CallbackQuery, act: Awaitable[Result], clock: Clock) -> Result:
    """Answer the press when the act is over, or after a moment if it takes longer."""
    announced = asyncio.Event()

    async def announce() -> None:
        announced.set()
        await query.answer(shelftexts.COMES)

    try:
        return await promptly(act, announce, clock)
    finally:
        if not announced.is_set():
            await query.answer()
