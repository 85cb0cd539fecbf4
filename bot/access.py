"""Lets in who has a role, and nobody else. Nothing is done before, but `bot.hatch` takes files."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from types import MappingProxyType
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
from bot.entrance import Entrance, token_in
from bot.throttle import Rate, Throttle
from downloader.clock import Clock
from storage.actor import acting
from storage.errors import StorageError
from storage.handling import aside
from storage.models import Person, Role
from storage.people import People

log = structlog.get_logger(__name__)

Said = Message | CallbackQuery | InlineQuery | ChosenInlineResult

_NAME = 128
_ONE_DAY = timedelta(days=1)
_ONE_MINUTE = timedelta(minutes=1)
_SEEN_LATELY = timedelta(minutes=10)
# A person who listens and orders needs far less; owner and admins see to others.
RATES = MappingProxyType(
    {
        Role.MEMBER: Rate(per_second=2.0, burst=60),
        Role.GUEST: Rate(per_second=0.5, burst=20),
    }
)
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

    def __init__(
        self,
        owner_id: int | None,
        people: People,
        clock: Clock,
        entrance: Entrance,
        denials: Denials,
    ) -> None:
        self._owner_id = owner_id
        self._people = people
        self._clock = clock
        self._entrance = entrance
        self._denials = denials
        self._strangers = Strangers(clock.now)
        self._throttle = Throttle(clock.monotonic)
        self._slowed: set[int] = set()
        # As they are stored, and when that was.
        self._known: dict[int, tuple[Person, str | None, datetime]] = {}

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
        if isinstance(said, Message) and await self._enters(said, user, person):
            return None
        if person is None:
            return await self._turn_away(said, user, data["bot"])
        if person.role in RATES and await self._is_too_fast(said, person, data["bot"]):
            return None
        bound = structlog.contextvars.bound_contextvars(person=person.id)
        with bound, acting(person.id, self._clock.on_the_wall):
            data["person"] = person  # and so that who explains an error knows whom it is told
            answer = await handler(event, data)
        # Only now: a database that is busy must not keep anybody waiting.
        await self._remember(person, user.username)
        return answer

    async def _enters(self, message: Message, user: User, known: Person | None) -> bool:
        """Tell whether somebody was let in just now, by what they hold."""
        token = token_in(message)
        if token is None:
            return False
        who = Person(user.id, _name(user), Role.GUEST)
        with acting(user.id, self._clock.on_the_wall):
            greeting = await self._entrance.enter(token, who, known)
        if greeting is None:
            return False
        # Whoever let them in looks for them by their name now.
        if (person := await self._person(user)) is not None:
            await self._remember(person, user.username)
        await message.answer(greeting)
        return True

    async def _is_too_fast(self, said: Said, person: Person, bot: Bot) -> bool:
        """Tell whether somebody says more than they may; they are told the first time."""
        wait = self._throttle.wait(person.id, RATES[person.role])
        if not wait:
            self._slowed.discard(person.id)
            return False
        is_first = person.id not in self._slowed
        self._slowed.add(person.id)
        if is_first:
            log.info("person too fast", person=person.id)
            await self._slow_down(said, bot, timedelta(seconds=wait))
        return True

    async def _slow_down(self, said: Said, bot: Bot, wait: timedelta) -> None:
        try:
            match said:
                case CallbackQuery():
                    await bot.answer_callback_query(said.id, texts.too_fast(wait))
                case Message():
                    await bot.send_message(said.chat.id, texts.too_fast(wait))
        except TelegramAPIError as error:
            log.info("person not told to slow down", error=str(error))

    async def _person(self, user: User) -> Person | None:
        """Return who it is, by the role of this moment; None for a stranger."""
        if user.id == self._owner_id:
            return Person(user.id, _name(user), Role.OWNER)
        stored = await self._people.get(user.id)
        if stored is None:
            return None
        # There is one owner, and the settings come first.
        deposed = stored.role is Role.OWNER and self._owner_id is not None
        return Person(user.id, _name(user), Role.ADMIN if deposed else stored.role)

    async def _remember(self, person: Person, username: str | None) -> None:
        """Store who the owner is by the settings, what people are called, and that they are there.

        Roles are not set here.
        """
        now = self._clock.on_the_wall()
        before = self._known.get(person.id)
        if before and before[:2] == (person, username) and abs(now - before[2]) < _SEEN_LATELY:
            return
        try:
            with aside():  # whatever was asked for is stored or not, this is no part of it
                if person.id == self._owner_id and not (before and before[0] == person):
                    await self._people.save(person)
                await self._people.note(person.id, person.name, username, now)
            self._known[person.id] = (person, username, now)
            if len(self._known) > _REMEMBERED:
                self._known.pop(next(iter(self._known)))
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


def _name(user: User) -> str:
    return cleaned(user.full_name)[:_NAME]


def _said(event: TelegramObject) -> Said | None:
    """Return what a person said, or None where it was edited, or said as a chat."""
    if not isinstance(event, Update):
        return None
    if event.message is not None:
        # Anonymous admins and channels write under a stand-in user that everybody shares.
        return None if event.message.sender_chat else event.message
    return event.callback_query or event.inline_query or event.chosen_inline_result


async def is_kept(
    update: Update, owner_id: int | None, people: People, is_secret: Callable[[Message], bool]
) -> bool:
    """Tell whether an update is worth entering in the inbox.

    What strangers say would only fill the disk, and what is typed inline is a question of the
    moment: nobody waits for its answer after a restart. `is_secret` tells whether what is said is
    a try at a password, which is stored nowhere.
    """
    said = _said(update)
    user = said.from_user if said else None
    if user is None or isinstance(said, InlineQuery):
        return False
    if isinstance(said, Message) and is_secret(said):
        return False
    try:
        return user.id == owner_id or await people.get(user.id) is not None
    except StorageError:
        return True  # better one too many


def _greets(message: Message) -> bool:
    words = (message.text or "").split(maxsplit=1)
    return message.chat.type == ChatType.PRIVATE and words[:1] == ["/start"]
