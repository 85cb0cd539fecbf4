"""Keeps the board of one chat true: answers at once, then edits at a measured pace."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter
from aiolimiter import AsyncLimiter

from bot import texts
from bot.board import face
from bot.boardmessage import BoardMessage, UnreachableError
from bot.bottom import Bottom
from bot.faces import Face
from bot.footing import Footing
from bot.jobview import JobView
from bot.views import Views
from downloader.clock import Clock

log = structlog.get_logger(__name__)

_FIRST_PAUSE = 2.0
_LONGEST_PAUSE = 30.0


def _edits_per_second() -> AsyncLimiter:
    # Telegram takes about 30 messages a second from a bot; a third is left for answers
    # (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this).
    return AsyncLimiter(20, 1)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often boards are edited. `budget` is shared by all chats, `gap` is for each.

    `look` is how often a board with running jobs is drawn anew when nothing is heard of them.
    """

    gap: timedelta = timedelta(seconds=3)
    look: timedelta = timedelta(seconds=15)
    budget: AsyncLimiter = field(default_factory=_edits_per_second)


class ChatBoard:
    def __init__(
        self,
        chat_id: int,
        message: BoardMessage,
        views: Views,
        footing: Footing,
        bottom: Bottom,
        clock: Clock,
        pace: Pace,
    ) -> None:
        self._chat_id = chat_id
        self._message = message
        self._views = views
        self._footing = footing
        self._bottom = bottom
        self._clock = clock
        self._pace = pace
        self._news = asyncio.Event()
        self._urgent = asyncio.Event()
        self._begun: set[int] = set()
        self._asked = 0  # how often somebody asked to see the board, and has not seen it yet
        self._served: tuple[frozenset[int], int] = frozenset(), 0
        self._active = False
        self._detailed = False
        self._loaded = False
        self._next_edit = 0.0

    def changed(self) -> None:
        self._news.set()

    def begun(self, job_id: int) -> None:
        """Tell that a job was accepted, or taken up again."""
        self._begun.add(job_id)
        self._hurry()

    def show(self, *, detailed: bool = False) -> None:
        """Bring the board to the bottom; a `detailed` one tells of the accounts to its end."""
        self._asked += 1
        self._detailed |= detailed
        self._hurry()

    async def run(self) -> None:
        """Work until cancelled. Whatever fails is tried again with what is newest then."""
        pause = _FIRST_PAUSE
        while True:
            await self._wait_for_news()
            try:
                await self._step()
                pause = _FIRST_PAUSE
                continue
            except UnreachableError:
                log.info("chat unreachable", chat=self._chat_id)
                self._rest()
                continue
            except TelegramRetryAfter as error:
                wait = float(max(1, error.retry_after))
            except TelegramAPIError as error:
                wait, pause = pause, min(_LONGEST_PAUSE, pause * 2)
                log.warning("board put off", seconds=wait, error=str(error))
            except Exception:
                wait, pause = pause, min(_LONGEST_PAUSE, pause * 2)
                log.exception("board failed", chat=self._chat_id)
            self._news.set()
            await self._clock.sleep(wait)

    async def farewell(self) -> None:
        """Say that the program stops while jobs are under way."""
        if self._message.board is None:
            return
        first = self._message.board.first_job_id
        views = await self._views.of(self._chat_id, first)
        if any(view.is_active for view in views):
            left = await self._views.left_out(self._chat_id, first, views)
            now = face(views, self._clock.now(), more=left)
            with suppress(UnreachableError, TelegramAPIError):
                await self._message.edit(Face(f"{now.text}\n\n⏹ {texts.STOPPING}"))

    def _hurry(self) -> None:
        if self._must_send():
            self._urgent.set()
        self._news.set()

    def _must_send(self) -> bool:
        """Tell whether somebody waits for a message at the bottom."""
        board = self._message.board
        below = board is None or self._bottom.newest(self._chat_id) > board.message_id
        return below and (bool(self._begun) or self._asked > 0)

    async def _wait_for_news(self) -> None:
        look = self._pace.look.total_seconds() if self._active else None
        with suppress(TimeoutError):
            async with asyncio.timeout(look):
                await self._news.wait()
        self._news.clear()

    async def _step(self) -> None:
        if not self._loaded:
            await self._message.load()
            self._loaded = True
        if not self._must_send():
            await _first_of(self._urgent.wait, self._turn_to_edit)
        self._urgent.clear()
        # What is asked while this is under way is for the next step.
        begun, self._served = set(self._begun), (frozenset(self._begun), self._asked)
        if self._must_send():
            await self._send(begun)
        elif self._message.board is not None:
            await self._edit(begun)
        self._settle()
        self._next_edit = asyncio.get_running_loop().time() + self._pace.gap.total_seconds()

    async def _turn_to_edit(self) -> None:
        left = self._next_edit - asyncio.get_running_loop().time()
        await asyncio.sleep(max(0.0, left))
        await self._pace.budget.acquire()

    async def _send(self, begun: set[int]) -> None:
        """Move the living board down, or begin a new one and leave the old as the record."""
        old = self._message.board
        first = min([*begun, *([old.first_job_id] if old else [])], default=0)
        views = await self._views.of(self._chat_id, first)
        if old is None and not begun:
            views = _from_first_active(views)
        standing = [view for view in views if view.job.id not in begun]
        if old is not None and begun and not any(view.is_active for view in standing):
            await self._finish(old.first_job_id, views, begun)
            old, views = None, [view for view in views if view.job.id >= min(begun)]
        if views:
            first = views[0].job.id
            await self._message.send(await self._face(views, first), first)
        if views and old is not None:
            await self._message.remove(old.message_id)

    async def _finish(self, first: int, views: Sequence[JobView], begun: set[int]) -> None:
        """Leave the old board as it ended, without what has begun."""
        known = [view for view in views if view.job.id >= first]
        left = await self._views.left_out(self._chat_id, first, known)
        ended = [view for view in known if view.job.id not in begun]
        last = face(ended, self._clock.now(), more=left)
        if ended and last != self._message.shown:
            await self._message.edit(last)

    async def _edit(self, begun: set[int]) -> None:
        board = self._message.board
        assert board is not None
        first = min([board.first_job_id, *begun])
        if first < board.first_job_id:
            await self._message.reach_back(first)
        now = await self._drawn(first)
        if now != self._message.shown and not await self._message.edit(now):
            await self._message.forget()
            if self._active:
                await self._message.send(now, first)

    async def _drawn(self, first_job_id: int) -> Face:
        return await self._face(await self._views.of(self._chat_id, first_job_id), first_job_id)

    async def _face(self, views: Sequence[JobView], first_job_id: int) -> Face:
        self._active = any(view.is_active for view in views)
        self._detailed &= self._active
        left = await self._views.left_out(self._chat_id, first_job_id, views)
        now = self._clock.now()
        below = await self._footing.lines(self._chat_id, views, now, detailed=self._detailed)
        return face(views, now, below, more=left)

    def _settle(self) -> None:
        """Strike off what the step was for; what came in between stays to be done."""
        begun, asked = self._served
        self._begun -= begun
        self._asked -= asked
        self._served = frozenset(), 0

    def _rest(self) -> None:
        """Stay silent until somebody there asks for something again."""
        self._settle()
        self._active = False
        if self._must_send():
            self._news.set()


def _from_first_active(views: list[JobView]) -> list[JobView]:
    for index, view in enumerate(views):
        if view.is_active:
            return views[index:]
    return []


async def _first_of(*waits: Callable[[], Awaitable[object]]) -> None:
    """Wait until one of them is over, and drop the others."""

    async def over(wait: Callable[[], Awaitable[object]]) -> None:
        await wait()

    async with asyncio.TaskGroup() as tasks:
        running = {tasks.create_task(over(wait)) for wait in waits}
        await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in running:
            task.cancel()
