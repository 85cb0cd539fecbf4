"""/watches and /unwatch: chats that are followed."""

from __future__ import annotations

from aiogram.types import CallbackQuery, Message

from bot import showing, watchwords
from bot import watchtexts as texts
from bot.callbacks import Press, Seal
from bot.errors import NotYoursError, OutOfDateError
from bot.following import Following
from bot.permissions import may_touch
from bot.watchchoices import Wish
from storage.models import Person


async def watches(message: Message, person: Person, following: Following, seal: Seal) -> None:
    await showing.answer(message, await following.every(person.id), seal)


async def turn(query: CallbackQuery, person: Person, following: Following, seal: Seal) -> None:
    await showing.in_place(query, await following.every(person.id), seal)
    await query.answer()


async def unwatch(message: Message, person: Person, following: Following, seal: Seal) -> None:
    name = watchwords.chat(showing.arguments(message))
    await showing.answer(message, await following.removal(name, person.id), seal)


async def press(
    query: CallbackQuery, pressed: Press, person: Person, following: Following, seal: Seal
) -> None:
    found = await following.get(pressed.number)
    if found is None or not pressed.more:
        raise OutOfDateError
    if not may_touch(person, found.origin.person_id):
        raise NotYoursError
    wish = Wish(pressed.more[0])
    is_slow = wish in {Wish.LOOK, Wish.TRY_ALL}
    await query.answer(texts.LOOKING if is_slow else None)
    await showing.in_place(query, await following.act(found, wish, pressed.more[1:]), seal)
