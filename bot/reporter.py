"""Listens to the engine and keeps one board in every chat that asked for something."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from aiogram import Bot

from bot.boardmessage import BoardMessage
from bot.bottom import Bottom
from bot.callbacks import Seal
from bot.chatboard import ChatBoard, Pace
from bot.footing import Footing
from bot.views import Views
from downloader.clock import Clock
from downloader.events import (
    Broadcast,
    Event,
    JobMoved,
    OfNoJob,
)
from storage.states import ENDED_JOBS
from storage.store import Store

_FAREWELL = timedelta(seconds=3)


class Reporter:
    def __init__(
        self,
        bot: Bot,
        store: Store,
        events: Broadcast,
        views: Views,
        footing: Footing,
        bottom: Bottom,
        seal: Seal,
        clock: Clock,
        *,
        pace: Pace | None = None,
    ) -> None:
        self._bot = bot
        self._store = store
        self._events = events
        self._bottom = bottom
        self._seal = seal
        self._clock = clock
        self._pace = pace or Pace()
        self._views = views
        self._footing = footing
        self._boards: dict[int, ChatBoard] = {}
        self._new: asyncio.Queue[ChatBoard] = asyncio.Queue()
        self._active: set[int] = set()

    def show(self, chat_id: int, *, detailed: bool = False) -> None:
        """Bring the board of a chat to the bottom, with the accounts below it if `detailed`."""
        self._board(chat_id).show(detailed=detailed)

    async def run(self) -> None:
        """Work until cancelled."""
        with self._events.listen() as events:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._keep_boards(tasks))
                await self._take_up()
                async for event in events:
                    self._note(event)

    async def farewell(self) -> None:
        """Tell, in the little time a stop leaves, that jobs go on after the next start."""
        async with asyncio.timeout(_FAREWELL.total_seconds()), asyncio.TaskGroup() as tasks:
            for board in self._boards.values():
                tasks.create_task(board.farewell())

    async def _keep_boards(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            board = await self._new.get()
            tasks.create_task(board.run())

    async def _take_up(self) -> None:
        """Put every board right that the last run left: it may have missed how a job ended."""
        for job in await self._store.jobs.every():
            if job.request.is_quiet:
                continue
            if job.state not in ENDED_JOBS:
                self._begin(job.origin.chat_id, job.id)
            self._board(job.origin.chat_id).changed()

    def _note(self, event: Event) -> None:
        if isinstance(event, OfNoJob):
            return  # that is of no job
        if event.job.request.is_quiet:
            return  # nobody wants to see it
        self._views.note(event)
        job = event.job
        if isinstance(event, JobMoved):
            if job.state in ENDED_JOBS:
                self._active.discard(job.id)
            elif job.id not in self._active:
                self._begin(job.origin.chat_id, job.id)
        self._board(job.origin.chat_id).changed()

    def _begin(self, chat_id: int, job_id: int) -> None:
        self._active.add(job_id)
        self._board(chat_id).begun(job_id)

    def _board(self, chat_id: int) -> ChatBoard:
        if chat_id not in self._boards:
            message = BoardMessage(self._bot, self._store.boards, self._seal, chat_id)
            given = (self._views, self._footing, self._bottom, self._clock, self._pace)
            self._boards[chat_id] = ChatBoard(chat_id, message, *given)
            self._new.put_nowait(self._boards[chat_id])
        return self._boards[chat_id]
