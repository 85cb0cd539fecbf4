"""/edit: what a track is called and why, and what people say instead."""

from __future__ import annotations

from aiogram.types import CallbackQuery, Message

from bot import edittexts, showing
from bot.callbacks import Press
from bot.labels import Labels
from bot.prompts import Prompt
from storage.models import Person


async def edit(message: Message, person: Person, labels: Labels) -> None:
    """Show what the answered track is called, or do what is said behind the command."""
    track_id = labels.meant(message.reply_to_message)
    said = showing.arguments(message)
    if track_id is None:
        await message.answer(edittexts.USAGE)
    elif said:
        await labels.change(message, track_id, said, person.id)
    else:
        await labels.show(message, track_id)


async def show(query: CallbackQuery, pressed: Press, labels: Labels) -> None:
    assert query.message is not None, "see `bot.pressed`"
    await labels.show(query.message, pressed.number)
    await query.answer()


async def said(message: Message, prompt: Prompt, person: Person, labels: Labels) -> None:
    """Do what was answered."""
    await labels.change(message, prompt.subject or 0, message.text or "", person.id)
