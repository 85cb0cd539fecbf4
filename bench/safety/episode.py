"""A few hundred updates through the real program, over a library of its own."""

from __future__ import annotations

import asyncio
import logging
import shutil
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import Update
from aiolimiter import AsyncLimiter

from bench.safety.crowd import TOKEN, Crowd, laid_out
from bench.safety.source import Telegram
from bench.safety.transport import Checked, Fault, Json, Minutes
from bot.app import App, assemble
from bot.chatboard import Pace
from bot.polling import Polling
from bot.session import bot_with
from bot.settings import Settings
from downloader.clock import Clock
from sandbox.botapi.hub import Hub
from sandbox.world import World
from storage.store import open_store

_MOST_AT_ONCE = 4
_SHORT, _SHORTER = 1.0, 0.002  # seconds: what is waited for a moment need not take so long here
_LOOK = 30.0  # seconds
_LEAST_WORK = 0.5  # seconds of the processor within that time, or nothing gets on


@dataclass(slots=True)
class Findings:
    """What must not be. Each with the number of the update on which it was, where that is known."""

    unhandled: list[Fault] = field(default_factory=list)
    refused: list[Fault] = field(default_factory=list)
    leaked: list[Fault] = field(default_factory=list)
    stuck: list[Fault] = field(default_factory=list)

    def every(self) -> list[Fault]:
        return [*self.unhandled, *self.refused, *self.leaked, *self.stuck]


@dataclass(slots=True)
class Course:
    """How an episode went: `updates` as they were sent, `most` calls on one of them."""

    updates: list[Json] = field(default_factory=list)
    findings: Findings = field(default_factory=Findings)
    minutes: Minutes = field(default_factory=Minutes)
    unread: int = 0
    most: int = 0
    longest: float = 0.0  # seconds of the processor on one handful of updates


class Feed:
    """Gives the polling what is next, once all before it was handled."""

    def __init__(self, crowd: Crowd, draw: Callable[[], Json | None], course: Course) -> None:
        self.is_over = asyncio.Event()
        self._crowd = crowd
        self._draw = draw
        self._course = course
        self._handling: set[int] = set()
        self._done = asyncio.Event()
        self._begun = time.process_time()

    async def next(self) -> list[Json]:
        await self._settled()
        some: list[Json] = []
        while len(some) < _MOST_AT_ONCE and (drawn := self._draw()) is not None:
            self._course.updates.append(drawn)
            some.append(self._crowd.arrive(drawn))
        if not some:
            self.is_over.set()
            await asyncio.Event().wait()
        self._begun = time.process_time()
        return some

    @contextmanager
    def handling(self, number: int) -> Iterator[None]:
        self._handling.add(number)
        try:
            yield
        finally:
            self._handling.discard(number)
            if not self._handling:
                self._done.set()

    async def _settled(self) -> None:
        """Wait as long as anything gets on."""
        while self._handling:
            self._done.clear()
            before = time.process_time()
            try:
                async with asyncio.timeout(_LOOK):
                    await self._done.wait()
            except TimeoutError:
                if time.process_time() - before < _LEAST_WORK:
                    self._course.findings.stuck += [(one, "stuck") for one in self._handling]
                    self._handling.clear()
        spent = time.process_time() - self._begun
        self._course.longest = max(self._course.longest, spent)


@dataclass(slots=True)
class Watched:
    """Stands between polling and the dispatcher, to know when an update is done with."""

    dispatcher: Dispatcher
    feed: Feed

    async def feed_update(self, bot: Bot, update: Update) -> Any:
        with self.feed.handling(update.update_id):
            return await self.dispatcher.feed_update(bot, update)


async def played(library: Path, folder: Path, updates: Callable[[Crowd], Iterator[Json]]) -> Course:
    """Play what `updates` draws, with a copy of the library in `folder`, which is removed after."""
    shutil.copytree(library, folder)
    course = Course()
    try:
        with _listening(course):
            await _play(folder, updates, course)
    finally:
        shutil.rmtree(folder)
    course.most = max(course.minutes.by_update.values(), default=0)
    course.findings.refused = course.minutes.refused
    course.findings.leaked = course.minutes.leaked
    return course


def replay(updates: Sequence[Json]) -> Callable[[Crowd], Iterator[Json]]:
    return lambda _: iter(updates)


async def _play(folder: Path, updates: Callable[[Crowd], Iterator[Json]], course: Course) -> None:
    world = World()
    crowd = laid_out(Hub(world, local=None, limits=False), world)
    drawn = updates(crowd)
    feed = Feed(crowd, lambda: next(drawn, None), course)
    session = Checked(crowd.hub, crowd.state, crowd, feed.next)
    course.minutes = session.minutes
    async with _running(folder, crowd, session, feed, course):
        await feed.is_over.wait()


@asynccontextmanager
async def _running(
    folder: Path, crowd: Crowd, session: Checked, feed: Feed, course: Course
) -> AsyncIterator[None]:
    clock = Clock(sleep=_hurried)
    settings = _settings(folder, crowd.owner.id)
    pace = Pace(gap=timedelta(milliseconds=20), budget=AsyncLimiter(1000, 1))
    async with (
        open_store(settings.data_dir, settings.music_dir) as store,
        bot_with(session, TOKEN, clock) as bot,
        asyncio.TaskGroup() as tasks,
    ):
        app = assemble(settings, store, Telegram(), bot, clock, pace)
        with _told_of_lost_tasks(course):
            running = [tasks.create_task(part()) for part in _parts(app, feed, clock)]
            try:
                yield
            finally:
                for task in running:
                    task.cancel()


def _parts(app: App, feed: Feed, clock: Clock) -> Iterator[Callable[[], Any]]:
    watched = cast("Dispatcher", Watched(app.dispatcher, feed))
    for part in app.parts:
        is_polling = part == app.polling.run
        yield (
            Polling(app.bot, watched, clock, app.polling.inbox, _nothing).run
            if is_polling
            else part
        )


async def _nothing() -> None:
    """Do nothing on contact: the menu is told to whoever says /start."""


async def _hurried(seconds: float) -> None:
    await asyncio.sleep(_SHORTER if seconds <= _SHORT else seconds)


def _settings(folder: Path, owner_id: int) -> Settings:
    return Settings(
        _env_file=None,
        bot_token=TOKEN,
        owner_id=owner_id,
        telegram_api_id=1,
        telegram_api_hash="0" * 32,
        data_dir=folder / "data",
        music_dir=folder / "music",
        disk_reserve_mb=0,
    )


@contextmanager
def _listening(course: Course) -> Iterator[None]:
    """Note what is logged as an error, and what could not be read; say nothing of the rest."""

    def hear(_: Any, level: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        if event.get("event") == "update cannot be read":
            course.unread += 1
        if level in {"error", "critical", "exception"}:
            course.findings.unhandled.append((event.get("update"), _told(event)))
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, hear],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )
    try:
        yield
    finally:
        structlog.configure(**before)


def _told(event: Mapping[str, Any]) -> str:
    error = event.get("exc_info")
    if error is True:
        error = sys.exc_info()[1]
    if not isinstance(error, BaseException):
        error = event.get("error", "")
    place = _innermost(error) if isinstance(error, BaseException) else ""
    return f"{event.get('event')}: {error!r} {place}"


def _innermost(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


@contextmanager
def _told_of_lost_tasks(course: Course) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def hear(_: object, context: Mapping[str, Any]) -> None:
        error = context.get("exception")
        course.findings.unhandled.append((None, f"{context.get('message')}: {error!r}"))

    loop.set_exception_handler(hear)
    try:
        yield
    finally:
        loop.set_exception_handler(None)
