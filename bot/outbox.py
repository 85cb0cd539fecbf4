"""Says what came of an act where whoever did it could not: stopped right after it, or not heard."""

from __future__ import annotations

from collections import deque

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
from storage.acting import Acting

log = structlog.get_logger(__name__)

_AGAIN = 60.0  # seconds
_LATER = (TelegramNetworkError, TelegramRetryAfter, TelegramServerError)


class Outbox:
    """What is owed is the updates that have acted and are not done: they are its table."""

    def __init__(self, bot: Bot, inbox: Inbox, clock: Clock) -> None:
        self._bot = bot
        self._inbox = inbox
        self._clock = clock
        self._owed: deque[tuple[Update, Acting, str]] = deque()
        self._bell = Bell()

    def owe(self, update: Update, acting: Acting) -> None:
        """Say soon that what an update asked for is done."""
        words = acting.words
        self._put(
            update, acting, texts.stopped_after(texts.named(update)) if words is None else words
        )

    def owe_refusal(self, update: Update, acting: Acting) -> None:
        """Say soon that an update was set aside."""
        self._put(update, acting, texts.set_aside(texts.named(update)))

    async def run(self) -> None:
        """Say what is owed, in order, until cancelled."""
        while True:
            ring = self._bell.next_ring()
            while self._owed:
                update, acting, words = self._owed[0]
                if await self._say(update, words):
                    self._owed.popleft()
                    self._inbox.end(acting)
                else:
                    await self._clock.sleep(_AGAIN)
            await ring.wait()

    def _put(self, update: Update, acting: Acting, words: str) -> None:
        acting.is_over = True
        self._owed.append((update, acting, words))
        self._bell.ring()

    async def _say(self, update: Update, words: str) -> bool:
        """Send it; tell whether that is done with: what nobody can receive is."""
        asked = _asked(update)
        if asked is None or not words:
            return True
        reply = ReplyParameters(message_id=asked.message_id, allow_sending_without_reply=True)
        try:
            await self._bot.send_message(asked.chat.id, words, reply_parameters=reply)
        except _LATER as error:
            log.info("nothing can be said just now", error=str(error))
            return False
        except TelegramAPIError as error:
            log.warning("nothing can be said", update=update.update_id, error=str(error))
        return True


def _asked(update: Update) -> Message | InaccessibleMessage | None:
    query = update.callback_query
    return update.message or (query.message if query else None)
