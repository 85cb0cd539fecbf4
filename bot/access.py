"""Lets in who has a role, and nobody else. Nothing is done before, but `bot.hatch` takes files."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError
from aiogram.types import (
    CallbackQuery,
    ChosenInlineResult,
    InlineQuery,
    Message,
    TelegramObject,
    Update,
    User,
)

from bot import inline, texts
from bot.characters import cleaned
from bot.denials import Denials
from downloader.clock import Clock
from storage.actor import acting
from storage.errors import StorageError
from storage.models import Person, Role
from storage.people import People

log = structlog.get_logger(__name__)

Said = Message | CallbackQuery | InlineQuery | ChosenInlineResult

_NAME = 128
_ONE_DAY = timedelta(days=1)
_ONE_MINUTE = timedelta(minutes=1)
# All strangers together are answered this often a minute, and so many of them are remembered.
_ANSWERS = 30
_REMEMBERED = 10_000


class Strangers:
    """Counts the answers to strangers: one a day for each, and few for all together."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._answered: OrderedDict[int, datetime] = OrderedDict()

    def may_be_answered(self, user_id: int) -> bool:
        """Count an answer, unless it would be one too many."""
        now = self._now()
        before = self._answered.get(user_id)
        if before is not None and now - before < _ONE_DAY:
            return False
        if sum(now - moment < _ONE_MINUTE for moment in self._newest()) >= _ANSWERS:
            return False
        self._answered[user_id] = now
        self._answered.move_to_end(user_id)
        if len(self._answered) > _REMEMBERED:
            self._answered.popitem(last=False)
        return True

    def _newest(self) -> list[datetime]:
        newest = reversed(self._answered.values())
        return [moment for moment, _ in zip(newest, range(_ANSWERS), strict=False)]


class Access(BaseMiddleware):
    """Who may speak is told by the sender of the update alone.

    A forward, a reply, the chat, or an inline bot lend no authority.
    """

    def __init__(self, owner_id: int, people: People, denials: Denials, clock: Clock) -> None:
        self._owner_id = owner_id
        self._people = people
        self._denials = denials
        self._clock = clock
        self._strangers = Strangers(clock.now)
        self._known: dict[int, Person] = {}  # as they are stored

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        said = _said(event)
        user = said.from_user if said else None
        if said is None or user is None or user.is_bot:
            return None
        person = await self._person(user)
        if person is None:
            return await self._turn_away(said, user, data["bot"])
        bound = structlog.contextvars.bound_contextvars(person=person.id)
        with bound, acting(person.id, self._clock.on_the_wall):
            answer = await handler(event, data | {"person": person})
        # Only now: a database that is busy must not keep anybody waiting.
        await self._remember(person)
        return answer

    async def _person(self, user: User) -> Person | None:
        """Return who it is, by the role of this moment; None for a stranger."""
        name = cleaned(user.full_name)[:_NAME]
        if user.id == self._owner_id:
            return Person(user.id, name, Role.OWNER)
        stored = await self._people.get(user.id)
        if stored is None:
            return None
        # There is one owner.
        role = Role.ADMIN if stored.role is Role.OWNER else stored.role
        return Person(user.id, name, role)

    async def _remember(self, person: Person) -> None:
        """Store who the owner is, and what others are called now; their roles are not set here."""
        if person == self._known.get(person.id):
            return
        try:
            if person.role is Role.OWNER:
                await self._people.save(person)
            else:
                await self._people.rename(person.id, person.name)
            self._known[person.id] = person
        except StorageError as error:  # what was asked for is done; the next update tries again
            log.warning("person not stored", error=str(error))

    async def _turn_away(self, said: Said, user: User, bot: Bot) -> None:
        log.info("stranger turned away", stranger=user.id, kind=type(said).__name__)
        try:
            await self._answer(said, user, bot)
        except TelegramAPIError as error:
            log.info("stranger not reached", stranger=user.id, error=str(error))
        await self._denials.turned_away(user.id)

    async def _answer(self, said: Said, user: User, bot: Bot) -> None:
        match said:
            case InlineQuery():
                await bot.answer_inline_query(
                    said.id, [], cache_time=60, is_personal=True, button=inline.closed_door()
                )
            case CallbackQuery():
                await bot.answer_callback_query(said.id)
            case Message() if _greets(said) and self._strangers.may_be_answered(user.id):
                await bot.send_message(said.chat.id, texts.STRANGER)


def _said(event: TelegramObject) -> Said | None:
    """Return what a person said, or None where it was edited, or said as a chat."""
    if not isinstance(event, Update):
        return None
    if event.message is not None:
        # Anonymous admins and channels write under a stand-in user that everybody shares.
        return None if event.message.sender_chat else event.message
    return event.callback_query or event.inline_query or event.chosen_inline_result


def _greets(message: Message) -> bool:
    words = (message.text or "").split(maxsplit=1)
    return message.chat.type == ChatType.PRIVATE and words[:1] == ["/start"]
