"""The composition root: builds every part, runs them together, closes them in reverse."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import Protocol

import structlog
from aiogram import Bot, Dispatcher

from bot import menu
from bot.access import Access
from bot.accounts import Accounts
from bot.bottom import Bottom
from bot.callbacks import Seal
from bot.chatboard import Pace
from bot.deeplinks import DeepLinks
from bot.delivery import Delivery
from bot.gathering import Gathering
from bot.hatch import Courier, HandedIn, Hatch
from bot.lists import Lists
from bot.offering import Offering
from bot.orders import Orders
from bot.polling import Polling
from bot.progress import Progress
from bot.repeats import Repeats
from bot.reporter import Reporter
from bot.routes import build_router
from bot.sending import Sending
from bot.session import open_bot
from bot.settings import Settings
from bot.shelves import Shelves
from bot.status import Roster
from bot.storagechat import StorageChat
from bot.verbs.access import telegram_access
from bot.views import Views
from downloader.allowance import Allowance
from downloader.clock import Clock, steady_clock
from downloader.engine import Engine
from downloader.manners import MANNERS
from downloader.source import AudioSource
from downloader.supervision import until_done
from storage.store import Store, open_store

log = structlog.get_logger(__name__)

_LAST_WORDS = timedelta(seconds=3)
_MB = 10**6


class Source(AudioSource, Courier, Roster, Protocol):
    """What the program works with: the accounts, or a script in a test."""


@dataclass(frozen=True, slots=True)
class App:
    bot: Bot
    dispatcher: Dispatcher
    store: Store
    engine: Engine
    reporter: Reporter
    polling: Polling
    parts: tuple[Callable[[], Coroutine[None, None, None]], ...]

    async def run(self) -> None:
        """Run all parts until SIGTERM or SIGINT; if one fails, all stop."""
        with _told_to_stop() as stop:
            async with asyncio.TaskGroup() as tasks:
                running = [tasks.create_task(part()) for part in self.parts]
                await stop.wait()
                log.info("stopping", searches=asdict(self.store.search.cache.use))
                for task in running:
                    task.cancel()
            await self._last_words()

    async def _last_words(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS.total_seconds()), asyncio.TaskGroup() as tasks:
                tasks.create_task(self.polling.finish())
                tasks.create_task(self.reporter.farewell())


@contextmanager
def _told_to_stop() -> Iterator[asyncio.Event]:
    """Give an event that SIGTERM and SIGINT set. A SIGINT after that ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def told() -> None:
        stop.set()
        # Whoever presses Ctrl-C once more does not want to wait. Nothing is lost by it.
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told)
    try:
        yield stop
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)


@asynccontextmanager
async def open_app(
    settings: Settings, *, clock: Clock | None = None, pace: Pace | None = None
) -> AsyncIterator[App]:
    """Open the program. Neither end of Telegram need be reachable, nor an account logged in."""
    clock = clock or steady_clock()
    access = telegram_access(settings)
    proxy = settings.bot_proxy.get_secret_value() if settings.bot_proxy else None
    async with (
        open_store(settings.data_dir, settings.music_dir, settings.key_file) as store,
        open_bot(
            settings.bot_token.get_secret_value(),
            str(settings.bot_api_url),
            local=settings.bot_api_local,
            proxy=proxy,
            clock=clock,
        ) as bot,
    ):
        accounts = Accounts(
            access,
            store,
            clock,
            manners=MANNERS[settings.pace],
            allowance=Allowance(clock, settings.hours, settings.bandwidth),
        )
        app = assemble(settings, store, accounts, bot, clock, pace)
        with store.files.held():
            yield replace(app, parts=(*app.parts, partial(accounts.run, app.engine.wait_no_more)))


def assemble(
    settings: Settings,
    store: Store,
    source: Source,
    bot: Bot,
    clock: Clock,
    pace: Pace | None = None,
) -> App:
    """Put the parts together; nothing runs yet."""
    reserve = settings.disk_reserve_mb * _MB
    engine = Engine(
        store,
        source,
        clock,
        workers=settings.workers,
        disk_reserve=reserve,
        check_bytes=settings.check_bytes,
    )
    bottom, seal, deeplinks = Bottom(), Seal(store.vault.sign), DeepLinks(store.vault.sign)
    progress = Progress(clock.monotonic)
    views = Views(store.jobs, store.items, progress, source, engine.cancelling)
    reporter = Reporter(bot, store, engine.events, views, bottom, seal, clock, pace)
    hatch = Hatch(source, bot, store.sent_files, store.vault.sign)
    delivery = Delivery(bot, store, clock, hatch, is_local=settings.bot_api_local)
    storage_chat = StorageChat(delivery, clock, settings.storage_chat)
    dispatcher = Dispatcher(
        disable_fsm=True,
        store=store,
        engine=engine,
        orders=Orders(engine, store.jobs),
        gathering=Gathering(clock),
        reporter=reporter,
        offering=Offering(store, clock, bot.id),
        deeplinks=deeplinks,
        delivery=delivery,
        storage_chat=storage_chat,
        roster=source,
        seal=seal,
        clock=clock,
        shelves=Shelves(store, clock, Random()),  # noqa: S311  # which track comes is no secret
        lists=Lists(store, clock, bot, deeplinks),
        sending=Sending(store, delivery, seal),
        repeats=Repeats(clock),
    )
    dispatcher.update.outer_middleware(HandedIn(hatch))
    dispatcher.update.outer_middleware(Access(settings.owner_id, store.people, clock))
    dispatcher.include_router(build_router(bottom))

    async def on_contact() -> None:
        log.info("bot is listening", bot=(await bot.me()).username)
        await menu.publish(bot, settings.owner_id)

    polling = Polling(bot, dispatcher, clock, on_contact)
    # The reporter first: it must hear what the others do from their first step on.
    parts = (
        *(reporter.run, engine.run, polling.run),
        *(storage_chat.run, partial(until_done, store.search.catch_up, clock, asyncio.Event())),
    )
    return App(bot, dispatcher, store, engine, reporter, polling, parts)
