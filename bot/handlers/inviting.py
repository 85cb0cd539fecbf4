"""/invite: links that let somebody in once."""

from __future__ import annotations

from datetime import datetime

from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message

from bot import deeplinks, showing
from bot import invitetexts as texts
from bot.callbacks import Action, Press, Seal
from bot.errors import NotBelowError
from bot.faces import Button, Face
from bot.peoplewords import invited
from bot.permissions import is_above
from downloader.clock import Clock
from storage.models import Person
from storage.store import Store

_IN_A_ROW = 5


async def invite(
    message: Message, person: Person, store: Store, seal: Seal, clock: Clock, bot: Bot
) -> None:
    """Make an invite, or list those that are open; where others read along, neither."""
    if message.chat.type != ChatType.PRIVATE:
        await message.answer(texts.IN_PRIVATE)
        return
    wanted, now = invited(showing.arguments(message)), clock.on_the_wall()
    if wanted is None:
        await showing.answer(message, await _open(store, now), seal)
    elif not is_above(person.role, wanted.role):
        raise NotBelowError(person)
    else:
        made, token = await store.invites.make(wanted.role, person.id, now, now + wanted.lasts)
        link = deeplinks.url((await bot.me()).username or "", deeplinks.invite(token))
        await message.answer(texts.made(made, link, now))


async def withdraw(
    query: CallbackQuery, pressed: Press, store: Store, seal: Seal, clock: Clock, person: Person
) -> None:
    """Withdraw an invite, unless it is for somebody of one's own rank or above."""
    made = await store.invites.get(pressed.number)
    if made is not None and not is_above(person.role, made.role):
        raise NotBelowError(person)
    is_gone = await store.invites.withdraw(pressed.number, clock.on_the_wall())
    await showing.in_place(query, await _open(store, clock.on_the_wall()), seal)
    await query.answer(texts.WITHDRAWN if is_gone else texts.GONE)


async def _open(store: Store, now: datetime) -> Face:
    invites = await store.invites.open(now)
    if not invites:
        return Face(texts.NONE_OPEN)
    names = {one.person.id: one.person.name for one in await store.people.every()}
    buttons = [
        Button(texts.WITHDRAW.format(number=number), Press(Action.WITHDRAW, one.id))
        for number, one in enumerate(invites, start=1)
    ]
    rows = [tuple(buttons[at : at + _IN_A_ROW]) for at in range(0, len(buttons), _IN_A_ROW)]
    return Face(texts.listed(invites, names, now), tuple(rows))
