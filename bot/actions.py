"""What is done with the tracks of watches, and what people are told of that."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from bot import actiontexts as texts
from bot import watchtexts
from bot.errors import Usage, UsageError
from bot.passing import spot_of
from bot.permissions import Permission, may
from bot.targets import barrier, has_a_say
from downloader.addresses import Allowed
from downloader.doing import Doer
from downloader.events import Broadcast, DeedSnagged
from downloader.publishing import foreseen
from storage.action import Action, ActionKind, Snag
from storage.errors import StorageError
from storage.models import Audio, Chat, Person
from storage.store import Store
from storage.watch import Rules, Watch

log = structlog.get_logger(__name__)

# What a person can do something about before it is given up.
_TOLD_AT_ONCE = frozenset({Snag.MAY_NOT, Snag.NOT_PUBLIC, Snag.UNREADABLE})
_SNAGS = 50  # of which one of each kind is told of


class Actions:
    def __init__(
        self,
        bot: Bot,
        store: Store,
        events: Broadcast,
        doer: Doer,
        allowed: Allowed,
        *,
        sends_protected: bool = False,
    ) -> None:
        self._bot = bot
        self._store = store
        self._events = events
        self._doer = doer
        self._allowed = allowed
        self._sends_protected = sends_protected

    async def run(self) -> None:
        """Do what is due, and tell of what is in vain, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._tell())
            tasks.create_task(self._doer.run())

    async def notes(
        self, rules: Rules, person_id: int, chat: Chat, found: Iterable[Audio]
    ) -> list[str]:
        """Say before it begins what will come of these rules. Raises `UsageError`."""
        self.check(rules, person_id, chat)
        sends = [one for one in rules.actions if one.kind is ActionKind.SEND]
        barriers = [await barrier(self._bot, one.target, person_id) for one in sends]
        lines = [
            texts.barred(one.target, why)
            for one, why in zip(sends, barriers, strict=True)
            if why is not None
        ]
        if sends and chat.is_protected and not self._sends_protected:
            lines.append(texts.PROTECTED)
        posting = next(iter(found), None)
        if rules.folder and posting is not None:
            lines.append(texts.example(str(foreseen(posting, chat, rules.folder)), rules.folder))
        return lines

    def check(self, rules: Rules, person_id: int, chat: Chat) -> None:
        """Raise `UsageError` where something of a chat would go where nothing may."""
        for action in rules.actions:
            if action.kind is ActionKind.CALL and not self._allowed.admits(action.target):
                raise UsageError(Usage.WEBHOOK_AT_HOME, action.target)
            if action.kind is ActionKind.SEND and action.target in _names(chat):
                raise UsageError(Usage.TO_ITSELF, action.target)
            if action.kind is ActionKind.SEND and _is_stranger(action, person_id):
                raise UsageError(Usage.BAD_TARGET, action.target)  # nobody is written to unasked

    async def admit(self, rules: Rules, person: Person) -> None:
        """Raise `UsageError` where tracks would go to a chat in which somebody has no say.

        The bot may post in chats of others, whose voice it is not to lend. Who sees to people has a
        say everywhere.
        """
        if may(person.role, Permission.MANAGE):
            return
        for action in rules.actions:
            is_theirs = action.kind is not ActionKind.SEND or _is_own(action, person.id)
            if not (is_theirs or await has_a_say(self._bot, action.target, person.id)):
                raise UsageError(Usage.NOT_THEIR_CHAT, action.target)

    async def begin(self, watch: Watch) -> None:
        """Make the secrets that a watch needs, and show them to its person, once."""
        person_id = watch.origin.person_id
        for action in _calls(watch):
            secret = await self._store.webhooks.make(person_id, action.target)
            if secret is not None:
                await self._show(person_id, action, secret)

    async def renew(self, watch: Watch) -> str:
        """Make new secrets; say how they were shown."""
        person_id, is_shown = watch.origin.person_id, True
        for action in _calls(watch):
            secret = await self._store.webhooks.renew(person_id, action.target)
            is_shown &= await self._show(person_id, action, secret)
        return texts.SENT if is_shown else texts.NOT_SENT

    async def hurry(self, watch: Watch) -> None:
        """Try again what was put off or given up."""
        await self._store.deeds.hurry(watch.id)
        self._doer.ring()

    async def standing(self, watch: Watch) -> list[str]:
        counts = await self._store.deeds.counts(watch.id)
        return texts.standing(counts, await self._store.deeds.snagged(watch.id, _SNAGS))

    async def _show(self, person_id: int, action: Action, secret: str) -> bool:
        try:
            text = texts.secret(action.target, secret)
            await self._bot.send_message(person_id, text)
        except TelegramAPIError as error:
            log.warning("a secret could not be shown", error=str(error))
            return False
        return True

    async def _tell(self) -> None:
        with self._events.listen() as events:
            async for event in events:
                if isinstance(event, DeedSnagged):
                    await self._tell_of(event)

    async def _tell_of(self, event: DeedSnagged) -> None:
        if not (event.given_up or event.snag in _TOLD_AT_ONCE):
            return  # the history tells of it
        deed, told = event.deed, (event.snag, event.detail)
        try:
            watch = await self._store.watches.get(deed.watch_id)
            if watch is not None:
                text = texts.snagged(deed, *told, watchtexts.named(watch), event.given_up)
                await self._bot.send_message(watch.origin.chat_id, text)
        except (TelegramAPIError, StorageError) as error:
            log.warning("a snag could not be told of", watch=deed.watch_id, error=str(error))


def patience_of(kind: ActionKind) -> timedelta:
    """Return for how long what is in vain is tried again: a person may have to act."""
    return timedelta(days=1 if kind is ActionKind.CALL else 7)


def _is_stranger(action: Action, person_id: int) -> bool:
    spot = spot_of(action.target, person_id)
    return isinstance(spot, int) and spot > 0 and spot != person_id


def _is_own(action: Action, person_id: int) -> bool:
    return spot_of(action.target, person_id) == person_id


def _names(chat: Chat) -> set[str]:
    return {str(chat.id), f"@{chat.username}".lower()}


def _calls(watch: Watch) -> list[Action]:
    return [one for one in watch.rules.actions if one.kind is ActionKind.CALL]
