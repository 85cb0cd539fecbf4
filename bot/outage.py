"""Tells in the log that the Bot API does not answer: once, then every few minutes."""

from __future__ import annotations

from datetime import timedelta

import structlog
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from downloader.clock import Clock

log = structlog.get_logger(__name__)

_AGAIN = timedelta(minutes=5)


class Outage:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: dict[str, float] = {}
        self._is_open = False

    def tell(self, error: Exception) -> None:
        """Say what is the matter, unless that was said a moment ago."""
        words, now = _words(error), self._clock.monotonic()
        told = self._told.get(words)
        if told is not None and now - told < _AGAIN.total_seconds():
            log.debug(words, cause=_cause(error))
            return
        self._told[words] = now
        self._is_open = True
        log.warning(words, cause=_cause(error))

    def over(self) -> None:
        """Say that it answers again, if it was said that it did not."""
        if self._is_open:
            self._is_open = False
            log.info("the Bot API answers again")


def _words(error: Exception) -> str:
    match error:
        case TelegramUnauthorizedError() | TelegramNotFound():  # the token is part of the address
            return "the Bot API does not know this BOT_TOKEN: ask @BotFather for it again"
        case TelegramConflictError():
            return "another program fetches the messages of this bot: stop that one"
        case TelegramServerError():
            return "the Bot API has trouble of its own"
        case TelegramNetworkError() | TimeoutError():
            return "the Bot API cannot be reached"
        case _:
            return "the Bot API does not do as it should"


def _cause(error: Exception) -> str:
    words = error.message if isinstance(error, TelegramAPIError) else str(error)
    return words or "no answer in time"
