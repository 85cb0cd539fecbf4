"""/start with something behind it: a link that leads to a track, a posting and so on."""

from __future__ import annotations

from aiogram.types import Message

from bot import commands
from bot.deeplinks import Greeting, ToPosting, ToTrack
from bot.errors import OutOfDateError, Usage, UsageError
from bot.handlers import talk
from bot.menu import Menu
from bot.orders import Orders
from bot.reporter import Reporter
from bot.sending import Sending
from storage.models import Origin, Person


async def greet(message: Message, goal: Greeting, menu: Menu, person: Person) -> None:
    if goal is Greeting.HELP:
        await talk.explain(message, menu, person)
    else:
        await talk.start(message, menu, person)


async def send(
    message: Message,
    goal: ToTrack,
    person: Person,
    sending: Sending,
) -> None:
    try:
        track = await sending.track(goal.track_id)
    except OutOfDateError:
        raise UsageError(Usage.STALE_LINK) from None
    await sending.one(track, message, person)


async def fetch(
    message: Message, goal: ToPosting, person: Person, orders: Orders, reporter: Reporter
) -> None:
    origin = Origin(person.id, message.chat.id)
    placed = await orders.place(commands.forwarded(goal.link), origin)
    if placed.repeated:
        reporter.show(message.chat.id)
