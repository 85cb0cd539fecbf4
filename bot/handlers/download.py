"""/download, links and forwarded tracks; large requests are asked about first."""

from __future__ import annotations

from contextlib import suppress

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, Message

from bot import commands, reading, showing, texts
from bot.callbacks import Action, Press, Seal
from bot.commands import Asked
from bot.errors import OutOfDateError
from bot.faces import Button, Face, keyboard
from bot.gathering import Gathering
from bot.orders import Orders, Placed
from bot.reporter import Reporter
from storage.handling import left_to_say
from storage.models import Origin, Person


async def download(
    message: Message, person: Person, orders: Orders, reporter: Reporter, seal: Seal, bot: Bot
) -> None:
    asked = reading.asked(message)
    if asked.is_large:
        await _ask_first(message, asked, seal)
    else:
        _leave_to_say(asked)
        placed = await orders.place(asked, Origin(person.id, message.chat.id))
        await _follow_up(placed, asked, message.chat.id, reporter, bot)


async def forwarded(
    message: Message,
    person: Person,
    orders: Orders,
    gathering: Gathering,
    reporter: Reporter,
    bot: Bot,
) -> None:
    origin = Origin(person.id, message.chat.id)
    async with gathering.whole(reading.asked(message), origin) as asked:
        placed = await orders.place(asked, origin) if asked else None
    if asked and placed:
        await _follow_up(placed, asked, message.chat.id, reporter, bot)


async def confirm(
    query: CallbackQuery,
    pressed: Press,
    person: Person,
    orders: Orders,
    reporter: Reporter,
    bot: Bot,
) -> None:
    """Begin what the message above the question asks for, or leave it."""
    question = query.message
    assert question is not None, "see `bot.pressed`"
    command = showing.own_command_of(query, pressed.number)
    if pressed.action is Action.START:
        asked = reading.asked(command)
        origin = Origin(person.id, question.chat.id)
        _leave_to_say(asked)
        placed = await orders.confirm(asked, origin, pressed.number)
        if placed is None:
            raise OutOfDateError
        await _follow_up(placed, asked, question.chat.id, reporter, bot)
    await query.answer(texts.NEVER_MIND if pressed.action is Action.NEVER_MIND else None)
    with suppress(TelegramBadRequest):
        await bot.delete_message(question.chat.id, question.message_id)


async def _ask_first(message: Message, asked: Asked, seal: Seal) -> None:
    choices = ((texts.BEGIN, Action.START), (texts.LEAVE, Action.NEVER_MIND))
    row = tuple(Button(label, Press(action, message.message_id)) for label, action in choices)
    question = Face(texts.ask_first(asked.requests, asked.tracks), (row,))
    markup = keyboard(question, message.chat.id, seal)
    await message.reply(question.text, reply_markup=markup)


def _leave_to_say(asked: Asked) -> None:
    if asked.left_out:
        left_to_say(texts.left_out(asked.left_out, commands.MOST_LINKS))


async def _follow_up(
    placed: Placed, asked: Asked, chat_id: int, reporter: Reporter, bot: Bot
) -> None:
    if placed.repeated:
        reporter.show(chat_id)
    if placed.at_work is not None:
        await bot.send_message(chat_id, texts.at_work(placed.at_work))
    if asked.left_out:
        await bot.send_message(chat_id, texts.left_out(asked.left_out, commands.MOST_LINKS))
