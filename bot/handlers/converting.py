"""/convert: a track in another format, or a piece of it, without touching the library."""

from __future__ import annotations

from aiogram.types import CallbackQuery, Message

from bot import conversiontexts, converting, showing, trackbuttons
from bot.callbacks import Press, Seal
from bot.conversions import Conversions
from bot.discretion import discreet
from bot.labels import Labels
from bot.sending import Sending
from storage.models import Person


async def convert(
    message: Message,
    person: Person,
    labels: Labels,
    sending: Sending,
    conversions: Conversions,
    seal: Seal,
) -> None:
    """Make of the answered track what is said behind the command, or ask what that shall be."""
    track_id = labels.meant(message.reply_to_message)
    said = showing.arguments(message)
    if track_id is None:
        await message.answer(conversiontexts.USAGE)
        return
    track = await sending.track(track_id)
    if said:
        conversion = converting.read(said)
        with discreet(person):
            await conversions.take(message, track, conversion, person.id)
    else:
        await showing.answer(message, trackbuttons.offers(track), seal)


async def press(
    query: CallbackQuery,
    pressed: Press,
    person: Person,
    sending: Sending,
    conversions: Conversions,
) -> None:
    """Show the choices in place of a track's buttons, and those again once one is made."""
    message = query.message
    assert message is not None, "see `bot.pressed`"
    track = await sending.track(pressed.number)
    conversion = trackbuttons.conversion_of(pressed)
    said = None
    try:
        if conversion is not None:
            with discreet(person):
                await conversions.take(message, track, conversion, person.id)
            said = conversiontexts.TAKEN
        if conversion is None and not trackbuttons.is_back(pressed):
            await showing.buttons_in_place(query, sending.choices(track, message.chat.id))
        elif not (isinstance(message, Message) and message.text):  # a question goes on being one
            buttons = await sending.buttons(track, message.chat.id, person)
            await showing.buttons_in_place(query, buttons)
    finally:  # what hinders it is told in the chat
        await query.answer(said)


async def cancel(query: CallbackQuery, person: Person, conversions: Conversions) -> None:
    assert query.message is not None, "see `bot.pressed`"
    await conversions.cancel(query.message, person.id)
    await query.answer(conversiontexts.CANCELLED)
