"""Sends what was found but could not be played to a chat of ours, so that it can be from then on.

Telegram takes no bytes in answer to an inline query: a file has to be sent somewhere before.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import timedelta

import structlog
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from bot import deliverytexts
from bot.delivery import Delivery
from bot.errors import NotHandedError, UndeliverableError
from bot.media import is_of_chat
from downloader.clock import Clock
from storage.errors import StorageError
from storage.models import Track

log = structlog.get_logger(__name__)

MOST = 50
# Bots may send twenty messages a minute to one chat (https://core.telegram.org/bots/faq).
PAUSE = timedelta(seconds=5)
_TROUBLED = timedelta(minutes=10)
_PASSING = (TelegramNetworkError, TelegramServerError, TelegramRetryAfter, StorageError)


class StorageChat:
    """Sends one track at a time, the newest wish first, and none twice.

    `trouble` is what Telegram says against the chat, until a person has put that right.
    """

    def __init__(self, delivery: Delivery, clock: Clock, chat_id: int | None) -> None:
        self._delivery = delivery
        self._clock = clock
        self._chat_id = chat_id
        self._wanted: OrderedDict[int, Track] = OrderedDict()
        self._hopeless: set[int] = set()
        self._awake = asyncio.Event()
        self.trouble: str | None = None

    def want(self, tracks: Sequence[Track]) -> None:
        """Note tracks that Telegram shall know, of which the first is the likeliest."""
        if self._chat_id is None:
            return
        for track in reversed(tracks):
            if track.id not in self._hopeless and track.size <= self._delivery.largest:
                self._wanted[track.id] = track
                self._wanted.move_to_end(track.id)
        while len(self._wanted) > MOST:
            self._wanted.popitem(last=False)
        self._awake.set()

    def told(self) -> str | None:
        """Say what a person must put right, if anything."""
        return deliverytexts.storage_trouble(self.trouble) if self.trouble else None

    async def run(self) -> None:
        """Work until cancelled."""
        if self._chat_id is None:
            return
        while True:
            while not self._wanted:
                self._awake.clear()
                await self._awake.wait()
            _, track = self._wanted.popitem()
            pause = await self._send(track, self._chat_id)
            await self._clock.sleep(pause.total_seconds())

    async def _send(self, track: Track, chat_id: int) -> timedelta:
        """Send a track; return for how long to wait before the next."""
        try:
            await self._delivery.introduce(chat_id, track)
        except NotHandedError as error:
            log.info("track not kept for now", track=track.id, error=str(error))
        except UndeliverableError as error:
            self._give_up(track, error)
        except _PASSING as error:
            log.debug("storage chat waits", error=str(error))  # others tell of it
            self._put_back(track)
            return _TROUBLED
        except TelegramAPIError as error:
            if isinstance(error, TelegramBadRequest) and not is_of_chat(error.message):
                self._give_up(track, error)
                return PAUSE
            self._note(error.message)
            self._put_back(track)
            return _TROUBLED
        else:
            self.trouble = None
        return PAUSE

    def _give_up(self, track: Track, error: Exception) -> None:
        log.info("track not kept", track=track.id, error=str(error))
        self._hopeless.add(track.id)

    def _put_back(self, track: Track) -> None:
        """Let what was wanted meanwhile come first."""
        if len(self._wanted) < MOST and track.id not in self._wanted:
            self._wanted[track.id] = track
            self._wanted.move_to_end(track.id, last=False)

    def _note(self, trouble: str) -> None:
        if trouble != self.trouble:
            log.warning("nothing can be sent to the storage chat", error=trouble)
        self.trouble = trouble
