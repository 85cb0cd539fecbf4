"""Fetches updates and feeds them to the dispatcher, for as long as the process lives.

Unlike aiogram's own polling it confirms updates only after they were handled, so that a kill in
between loses none, and it never gives up, whatever the Bot API answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError, ClientDecodeError, TelegramRetryAfter
from aiogram.types import Update
from pydantic import ValidationError

from bot.outage import Outage
from bot.routes import ALLOWED_UPDATES
from downloader.clock import Clock

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

_HOLD = 30  # seconds that Telegram holds an empty answer back
_NETWORK = 15  # seconds that an answer may be under way
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
# Handlers need milliseconds. One that must wait for longer, for a database that is busy or a Bot
# API that is (429), does not hold up the others: a /cancel behind it acts within the second.
_PATIENCE = timedelta(milliseconds=700)
_LAST_PATIENCE = timedelta(seconds=4)


class Polling:
    """`on_contact` runs once, as soon as Telegram has answered for the first time."""

    def __init__(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        clock: Clock,
        on_contact: Callable[[], Coroutine[None, None, None]],
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._clock = clock
        self._on_contact = on_contact
        self._outage = Outage(clock)
        self._offset: int | None = None
        self._handling: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until cancelled, then give what is being handled a moment to end."""
        async with asyncio.TaskGroup() as tasks:
            await self._persist(self._bot.me)
            await self._persist(self._bot.delete_webhook)
            tasks.create_task(self._on_contact())
            try:
                await self._poll(tasks)
            finally:
                await self._settle(_LAST_PATIENCE)

    async def finish(self) -> None:
        """After `run`: confirm what was handled, so that it does not come again."""
        if self._offset is not None:
            with suppress(AiogramError):
                await self._bot.get_updates(offset=self._offset, limit=1, timeout=0)

    async def _poll(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            for update in await self._persist(self._fetch):
                self._handle(update, tasks)
            await self._settle(_PATIENCE)

    async def _fetch(self) -> list[Update]:
        try:
            return await self._bot.get_updates(
                offset=self._offset,
                timeout=_HOLD,
                allowed_updates=list(ALLOWED_UPDATES),
                request_timeout=_HOLD + _NETWORK,
            )
        except ClientDecodeError as error:
            if not _is_answer(error.data):
                raise
            return [update for raw in error.data["result"] if (update := self._readable(raw))]

    def _readable(self, raw: dict[str, Any]) -> Update | None:
        """Read one update; one of a kind newer than the library is confirmed and passed over."""
        try:
            return Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError as error:
            number = raw["update_id"]
            log.warning("update cannot be read", update=number, faults=error.error_count())
            self._offset = number + 1
            return None

    async def _persist(self, call: Callable[[], Awaitable[Answer]]) -> Answer:
        """Call until it is answered: a lost network, a revoked token, a second poller may pass."""
        pause = _FIRST_PAUSE
        while True:
            try:
                async with asyncio.timeout(_HOLD + 2 * _NETWORK):
                    answer = await call()
            except TelegramRetryAfter as error:
                # Told to come back in an hour, we still look each minute: somebody may say /cancel.
                wait = min(_LONGEST_PAUSE, float(max(1, error.retry_after)))
            except (AiogramError, TimeoutError) as error:
                wait, pause = pause, min(_LONGEST_PAUSE, pause * 2)
                self._outage.tell(error)
            else:
                self._outage.over()
                return answer
            await self._clock.sleep(wait)

    def _handle(self, update: Update, tasks: asyncio.TaskGroup) -> None:
        self._offset = update.update_id + 1
        task = tasks.create_task(self._feed(update))
        self._handling.add(task)
        task.add_done_callback(self._handling.discard)

    async def _feed(self, update: Update) -> None:
        with structlog.contextvars.bound_contextvars(update=update.update_id):
            try:
                await self._dispatcher.feed_update(self._bot, update)
            except Exception:
                log.exception("update failed twice")

    async def _settle(self, patience: timedelta) -> None:
        if self._handling:
            await asyncio.wait(self._handling, timeout=patience.total_seconds())


def _is_answer(data: Any) -> bool:
    return isinstance(data, dict) and isinstance(data.get("result"), list)
