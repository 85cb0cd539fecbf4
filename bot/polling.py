"""Fetches updates and feeds them to the dispatcher, for as long as the process lives.

Unlike aiogram's own polling it confirms updates only after they were entered in the inbox, so that
a kill loses none, and it never gives up, whatever the Bot API answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import takewhile
from typing import Any, TypeVar

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import AiogramError, ClientDecodeError, TelegramRetryAfter
from aiogram.types import Update
from pydantic import ValidationError

from bot.inbox import Inbox
from bot.outage import Outage
from bot.outbox import Outbox
from bot.routes import ALLOWED_UPDATES
from downloader.clock import Clock
from downloader.supervision import until_done
from storage.handling import Handling, UpdateState, under

log = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

_HOLD = 30  # seconds that Telegram holds an empty answer back
_NETWORK = 15  # seconds that an answer may be under way
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
# Handlers need milliseconds. One that must wait for longer, for a database that is busy or a Bot
# API that is (429), does not hold up the others: a /cancel behind it acts within the second. Nor
# does an inbox that cannot be written.
_PATIENCE = timedelta(milliseconds=700)
_TO_ENTER = timedelta(milliseconds=200)
_LAST_PATIENCE = timedelta(seconds=4)


class Polling:
    """`on_contact` runs once, as soon as Telegram has answered for the first time."""

    def __init__(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        clock: Clock,
        inbox: Inbox,
        on_contact: Callable[[], Coroutine[None, None, None]],
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._clock = clock
        self.inbox = inbox
        self._outbox = Outbox(bot, inbox, clock)
        self._on_contact = on_contact
        self._outage = Outage(clock)
        self._offset: int | None = None
        self._fetched: list[int] = []  # by the last call
        self._heard: list[int] = []  # what the inbox knows of that, though it may not be safe
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until cancelled, then give what is being handled a moment to end."""
        async with asyncio.TaskGroup() as tasks:
            await self._persist(self._bot.me)
            await self._persist(self._bot.delete_webhook)
            tasks.create_task(self._on_contact())
            try:
                for part in (self.inbox.run, self._outbox.run):
                    tasks.create_task(part())
                taking_up = until_done(partial(self._take_up, tasks), self._clock, asyncio.Event())
                # Not for ever: a /cancel must be heard though the database is held.
                await asyncio.wait([tasks.create_task(taking_up)], timeout=_seconds(_PATIENCE))
                await self._settle(_PATIENCE)
                await self._poll(tasks)
            finally:
                await self._settle(_LAST_PATIENCE)
                await self.inbox.write()

    async def finish(self) -> None:
        """After `run`: confirm what is safe, so that it does not come again."""
        self._confirm()
        if self._offset is not None:
            with suppress(AiogramError):
                await self._bot.get_updates(offset=self._offset, limit=1, timeout=0)

    async def _poll(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            updates = await self._persist(self._fetch)
            arrivals = await self.inbox.take(updates, _TO_ENTER)
            self._heard = self._fetched  # only now: what the inbox does not know yet is not safe
            for update, handling in arrivals:
                self._handle(update, handling, tasks)
            await self._settle(_PATIENCE - _TO_ENTER)
            if not self._confirm():  # else the next call would bring the same at once
                await self.inbox.wait(_PATIENCE - _TO_ENTER)

    def _confirm(self) -> bool:
        """Move on behind what is safe; tell whether that is all that was heard.

        What comes once more may stand behind what is new.
        """
        safe = [*takewhile(self.inbox.is_safe, self._heard)]
        if safe:
            self._offset = max(safe) + 1
        return len(safe) == len(self._heard)

    async def _take_up(self, tasks: asyncio.TaskGroup) -> None:
        """Handle what an earlier life has left to be done, and say what it has left to be said."""
        to_handle, to_say = await self.inbox.take_up()
        for update, handling in to_handle:
            self._handle(update, handling, tasks)
        for update, left in to_say:
            is_done = left.state is UpdateState.ACTED
            (self._outbox.owe if is_done else self._outbox.owe_refusal)(update, left.handling)

    async def _fetch(self) -> list[Update]:
        self._confirm()
        try:
            updates = await self._bot.get_updates(
                offset=self._offset,
                timeout=_HOLD,
                allowed_updates=list(ALLOWED_UPDATES),
                request_timeout=_HOLD + _NETWORK,
            )
        except ClientDecodeError as error:
            if not _is_answer(error.data):
                raise
            self._fetched = [raw["update_id"] for raw in error.data["result"]]
            return [update for raw in error.data["result"] if (update := self._readable(raw))]
        self._fetched = [update.update_id for update in updates]
        return updates

    def _readable(self, raw: dict[str, Any]) -> Update | None:
        """Read one update; one of a kind newer than the library is confirmed and passed over."""
        try:
            return Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError as error:
            faults = error.error_count()
            log.warning("update cannot be read", update=raw["update_id"], faults=faults)
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

    def _handle(self, update: Update, handling: Handling | None, tasks: asyncio.TaskGroup) -> None:
        task = tasks.create_task(self._feed(update, handling))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _feed(self, update: Update, handling: Handling | None) -> None:
        with structlog.contextvars.bound_contextvars(update=update.update_id), under(handling):
            try:
                await self._dispatcher.feed_update(self._bot, update)
            except Exception:
                log.exception("update failed twice")
                is_broken = True
            else:
                is_broken = False
            if handling is not None:
                self._conclude(update, handling, is_broken=is_broken)
                self._outbox.hear(update)

    def _conclude(self, update: Update, handling: Handling, *, is_broken: bool) -> None:
        """Note what came of an update."""
        if handling.is_acted and (is_broken or handling.is_unheard):
            self._outbox.owe(update, handling)
        elif not is_broken:
            self.inbox.end(handling)
        elif not self.inbox.break_off(handling):
            self._outbox.owe_refusal(update, handling)

    async def _settle(self, patience: timedelta) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_seconds(patience))


def _seconds(patience: timedelta) -> float:
    return patience.total_seconds()


def _is_answer(data: Any) -> bool:
    return isinstance(data, dict) and isinstance(data.get("result"), list)
