"""/start with something behind it: a link that leads to a track, a posting and so on."""

from __future__ import annotations

from aiogram import Bot
from aiogram.types import Message

from bot import commands
from bot.deeplinks import Greeting, ToPosting, ToTrack
from bot.delivery import Delivery
from bot.errors import Usage, UsageError
from bot.handlers import talk
from bot.orders import Orders
from bot.reporter import Reporter
from bot.trackbuttons import TrackButtons
from storage.models import Origin, Person
from storage.store import Store


async def greet(message: Message, goal: Greeting, bot: Bot, person: Person) -> None:
    if goal is Greeting.HELP:
        await talk.explain(message)
    else:
        await talk.start(message, bot, person)


async def send(
    message: Message,
    goal: ToTrack,
    person: Person,
    store: Store,
    delivery: Delivery,
    track_buttons: TrackButtons,
) -> None:
    track = await store.catalog.get(goal.track_id)
    if track is None:
        raise UsageError(Usage.STALE_LINK)
    buttons = await track_buttons.below(track, message.chat.id, person.id)
    await delivery.send(message.chat.id, track, buttons)


async def fetch(
    message: Message, goal: ToPosting, person: Person, orders: Orders, reporter: Reporter
) -> None:
    origin = Origin(person.id, message.chat.id)
    placed = await orders.place(commands.forwarded(goal.link), origin)
    if placed.repeated:
        reporter.show(message.chat.id)
