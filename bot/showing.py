"""Shows a face: as the answer to a command, or in place of the message that was pressed."""

from __future__ import annotations

import structlog
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import (
    CallbackQuery,
    InaccessibleMessage,
    InlineKeyboardMarkup,
    Message,
    ReplyParameters,
)

from bot import refusals
from bot.callbacks import Seal
from bot.errors import NotYoursError, OutOfDateError
from bot.faces import Face, bare, fitting, keyboard

log = structlog.get_logger(__name__)


async def answer(message: Message | InaccessibleMessage, face: Face, seal: Seal) -> Message:
    """Answer a message with one that refers to it, as long as it is there."""
    return await message.answer(
        face.text,
        reply_markup=keyboard(face, message.chat.id, seal),
        reply_parameters=ReplyParameters(
            message_id=message.message_id, allow_sending_without_reply=True
        ),
    )


async def below(query: CallbackQuery, face: Face, seal: Seal) -> None:
    """Show it in a new message that refers to the one that was pressed, as long as it is there."""
    message = query.message
    assert message is not None, "see `bot.pressed`"
    await answer(message, face, seal)


async def in_place(query: CallbackQuery, face: Face, seal: Seal) -> None:
    """Change the message that was pressed, unless it looks so already; else send a new one.

    So where there is no text in it: whoever makes a press by hand may name any message.
    """
    message = query.message
    if not isinstance(message, Message) or not message.text:
        await below(query, face, seal)
        return
    markup, text = keyboard(face, message.chat.id, seal), fitting(face.text)
    if message.text == bare(text) and _is_same(message.reply_markup, markup):
        return
    try:
        await message.edit_text(text, reply_markup=markup)
    except TelegramBadRequest as error:
        if refusals.is_gone(error):
            await below(query, face, seal)
        elif not refusals.is_same(error):  # it was pressed twice
            raise


async def buttons_in_place(query: CallbackQuery, markup: InlineKeyboardMarkup | None) -> None:
    """Change only the buttons of the message that was pressed, where it still can be."""
    message = query.message
    if not isinstance(message, Message) or _is_same(message.reply_markup, markup):
        return
    try:
        await message.edit_reply_markup(reply_markup=markup)
    except TelegramBadRequest as error:
        if not (refusals.is_same(error) or refusals.is_gone(error)):
            raise
        log.debug("buttons stay", why=error.message)


def own_command_of(query: CallbackQuery, number: int) -> Message:
    """Return the command that the pressed message answers, of whoever presses.

    Raises `OutOfDateError`, and `NotYoursError` where somebody else wrote it.
    """
    command = command_of(query, number)
    if command.from_user is None or command.from_user.id != query.from_user.id:
        raise NotYoursError
    return command


def command_of(query: CallbackQuery, number: int) -> Message:
    """Return the command that the pressed message answers. Raises `OutOfDateError`."""
    message = query.message
    command = message.reply_to_message if isinstance(message, Message) else None
    if command is None or command.message_id != number:
        raise OutOfDateError
    return command


def arguments(message: Message) -> str:
    """Return what stands behind a command."""
    return "".join((message.text or message.caption or "").split(maxsplit=1)[1:])


def _is_same(one: InlineKeyboardMarkup | None, other: InlineKeyboardMarkup | None) -> bool:
    """Compare what is shown: the library's own comparison asks whose bot brought it, too."""
    shown = [markup.model_dump(exclude_none=True) if markup else None for markup in (one, other)]
    return shown[0] == shown[1]
