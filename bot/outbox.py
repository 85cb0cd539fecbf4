"""Says what came of an act where whoever did it could not: stopped right after it, or not heard."""

from __future__ import annotations

from collections import defaultdict, deque
from enum import Enum, auto

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import InaccessibleMessage, Message, ReplyParameters, Update

from bot import inboxtexts as texts
from bot.inbox import Inbox
from downloader.bell import Bell
from downloader.clock import Clock
from storage.handling import Handling

log = structlog.get_logger(__name__)

_AGAIN = 60.0  # seconds
_LATER = (TelegramNetworkError, TelegramRetryAfter, TelegramServerError)


class _Outcome(Enum):
    SAID = auto()
    NOT_NOW = auto()
    TO_NOBODY = auto()


Owed = tuple[Update, Handling, str]


class Outbox:
    """What is owed is the updates that have acted and are not done: they are its table.

    What another bot owes is said by this one: at once where it may, else when it is talked to.
    """

    def __init__(self, bot: Bot, inbox: Inbox, clock: Clock) -> None:
        self._bot = bot
        self._inbox = inbox
        self._clock = clock
        self._owed: deque[Owed] = deque()
        self._until_heard: defaultdict[int, list[Owed]] = defaultdict(list)  # by the chat
        self._talking: set[int] = set()  # chats that were silent, perhaps, when it was tried last
        self._bell = Bell()

    def owe(self, update: Update, handling: Handling) -> None:
        """Say soon that what an update asked for is done."""
        what, words = texts.named(update), handling.words
        if not self._is_ours(handling):
            words = texts.done_by_another(what, words or "")
        self._put(update, handling, texts.stopped_after(what) if words is None else words)

    def owe_refusal(self, update: Update, handling: Handling) -> None:
        """Say soon that an update was set aside, or told to another bot, which has not done it."""
        refusal = texts.set_aside if self._is_ours(handling) else texts.left_by_another
        self._put(update, handling, refusal(texts.named(update)))

    def hear(self, update: Update) -> None:
        """Note that somebody talks to this bot: it may speak there now."""
        asked = _asked(update)
        if asked is None:
            return
        self._owed += self._until_heard.pop(asked.chat.id, ())
        if self._owed:
            self._talking.add(asked.chat.id)
            self._bell.ring()

    async def run(self) -> None:
        """Say what is owed, in order, until cancelled."""
        while True:
            ring = self._bell.next_ring()
            while self._owed:
                await self._say_next()
            self._talking.clear()
            await ring.wait()

    async def _say_next(self) -> None:
        update, handling, words = self._owed[0]
        outcome = await self._say(update, handling, words)
        if outcome is _Outcome.NOT_NOW:
            await self._clock.sleep(_AGAIN)
            return
        asked = _asked(update)
        if outcome is _Outcome.SAID or asked is None or self._is_ours(handling):
            self._owed.popleft()
            self._inbox.end(handling)
        elif asked.chat.id in self._talking:
            self._talking.remove(asked.chat.id)
        else:
            self._until_heard[asked.chat.id].append(self._owed.popleft())

    def _put(self, update: Update, handling: Handling, words: str) -> None:
        handling.is_over = True
        self._owed.append((update, handling, words))
        self._bell.ring()

    def _is_ours(self, handling: Handling) -> bool:
        return handling.key.bot_id == self._bot.id

    async def _say(self, update: Update, handling: Handling, words: str) -> _Outcome:
        """Send it, as an answer if that can be: another bot has other numbers for messages."""
        asked = _asked(update)
        if asked is None or not words:
            return _Outcome.SAID
        reply = ReplyParameters(message_id=asked.message_id, allow_sending_without_reply=True)
        answering = reply if self._is_ours(handling) else None
        try:
            await self._bot.send_message(asked.chat.id, words, reply_parameters=answering)
        except _LATER as error:
            log.info("nothing can be said just now", error=str(error))
            return _Outcome.NOT_NOW
        except TelegramAPIError as error:
            log.warning("nothing can be said", update=update.update_id, error=str(error))
            return _Outcome.TO_NOBODY
        return _Outcome.SAID


def _asked(update: Update) -> Message | InaccessibleMessage | None:
    query = update.callback_query
    return update.message or (query.message if query else None)
