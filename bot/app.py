"""The composition root: builds every part, runs them together, closes them in reverse."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import structlog
from aiogram import Bot, Dispatcher

from bot.access import Access, is_kept
from bot.accounts import Accounts
from bot.acting import build_following, build_signing
from bot.audits import Audits
from bot.backupplaces import key_file_of
from bot.bottom import Bottom
from bot.callbacks import Seal
from bot.chatboard import Pace
from bot.claiming import Claiming
from bot.conversions import AT_ONCE, Conversions
from bot.deeplinks import DeepLinks
from bot.delivery import Delivery
from bot.denials import Denials
from bot.discretion import Discretion
from bot.entrance import Entrance
from bot.footing import Footing
from bot.gathering import Gathering
from bot.hatch import HandedIn, Hatch
from bot.inbox import Inbox
from bot.journalkeeping import tell_where_it_ends
from bot.labels import Labels
from bot.lists import Lists
from bot.menu import Menu
from bot.notes import Notes
from bot.offering import Offering
from bot.openprompts import OpenPrompts
from bot.orders import Orders
from bot.outgoing import Outgoing
from bot.ownlimits import OwnLimits
from bot.peopling import Peopling
from bot.pleas import Pleas
from bot.polling import Polling
from bot.progress import Progress
from bot.repeats import Repeats
from bot.reporter import Reporter
from bot.routes import alone, build_router, permissions
from bot.safekeeping import Safekeeping
from bot.sending import Sending
from bot.session import open_bot
from bot.settings import Settings
from bot.shelves import Shelves
from bot.signing import Signing
from bot.storagechat import StorageChat
from bot.verbs.access import telegram_access
from bot.verbs.terminal import say
from bot.views import Views
from bot.warming import warm
from bot.works import Part, Source, Works, build_works
from downloader.allowance import Allowance
from downloader.clock import Clock, steady_clock
from downloader.converting import Converter
from downloader.engine import Engine
from downloader.ffmpeg.program import found
from downloader.manners import MANNERS
from downloader.metadata.children import Limits
from downloader.metadata.reader import Reader
from downloader.scribe import Scribe
from downloader.supervision import until_done
from storage.models import Role
from storage.store import Store, open_store

log = structlog.get_logger(__name__)

_LAST_WORDS = timedelta(seconds=3)
_MB = 10**6


@dataclass(frozen=True, slots=True)
class App:
    bot: Bot
    dispatcher: Dispatcher
    store: Store
    engine: Engine
    reporter: Reporter
    polling: Polling
    parts: tuple[Part, ...]

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
        reader = Reader(Limits())
        app = assemble(settings, store, accounts, bot, clock, pace, reader)
        try:
            with store.files.held():
                keeping_open = partial(accounts.run, app.engine.wait_no_more)
                telling = partial(tell_where_it_ends, store.journal, clock)
                yield replace(app, parts=(*app.parts, keeping_open, telling))
        finally:
            await reader.cool_down()


def assemble(
    settings: Settings,
    store: Store,
    source: Source,
    bot: Bot,
    clock: Clock,
    pace: Pace | None = None,
    reader: Reader | None = None,
    say: Callable[[str], None] = say,
) -> App:
    """Put the parts together; nothing runs yet. Without a `reader` nobody looks into files."""
    chance = Random()  # noqa: S311  # neither which track comes nor when is a secret
    works = build_works(settings, store, source, clock, reader, chance)
    engine, watcher = works.engine, works.watcher
    bottom, seal, deeplinks = Bottom(), Seal(store.vault.sign), _deeplinks(store)
    progress, discretion = Progress(clock.monotonic), Discretion(store.people, settings.owner_id)
    views = Views(store.jobs, store.items, progress, engine.cancelling, discretion)
    own_limits = OwnLimits(store.people, store.quotas, clock, settings.zone)
    footing = Footing(source, discretion, own_limits)
    reporter = Reporter(bot, store, engine.events, views, footing, bottom, seal, clock, pace=pace)
    prompts, hatch = OpenPrompts(clock), Hatch(source, bot, store.sent_files, store.vault.sign)
    delivery = _delivery(settings, bot, store, clock, hatch)
    lists, sending = Lists(store, clock, bot, deeplinks), Sending(store, delivery, seal)
    conversions = Conversions(_outgoing(store, delivery, reader), Notes(seal), clock)
    storage_chat = StorageChat(delivery, clock, settings.storage_chat)
    following = build_following(settings, bot, store, source, works, delivery, clock, seal)
    audits, scribe = Audits(works.auditor, seal, clock), Scribe(store, clock)
    pleas, doors = Pleas(bot, store, engine, clock, seal), _doors(settings, store, bot, clock, say)
    owner_id = doors.claiming.owner_id
    safekeeping = _safekeeping(settings, works, bot, seal, clock, delivery, owner_id)
    signing, stopping = build_signing(telegram_access(settings), bot, store, engine, clock, seal)
    dispatcher = Dispatcher(
        disable_fsm=True,
        **_for_handlers(store, engine, clock, chance),
        reporter=reporter,
        footing=footing,
        offering=Offering(store, clock, bot.id, delivery.protected),
        deeplinks=deeplinks,
        delivery=delivery,
        storage_chat=storage_chat,
        roster=source,
        unsought=works.unsought,
        seal=seal,
        following=following,
        audits=audits,
        signing=signing,
        stopping=stopping,
        safekeeping=safekeeping,
        lists=lists,
        labels=Labels(sending, engine.editor, lists, prompts, seal),
        sending=sending,
        conversions=conversions,
        prompts=prompts,
        menu=doors.menu,
        pleas=pleas,
        peopling=Peopling(store, engine, clock, bot, doors.menu, own_limits),
        own_limits=own_limits,
    )
    dispatcher["denials"] = doors.denials
    for middleware in (HandedIn(hatch), doors.access):
        dispatcher.update.outer_middleware(middleware)
    dispatcher.include_router(build_router(bottom, prompts))
    polling = _polling(settings, bot, dispatcher, store, clock, signing, doors)
    # The reporter first: it must hear what the others do from their first step on.
    parts: tuple[Part, ...] = (
        *(reporter.run, engine.run, polling.run, following.run, watcher.run, conversions.run),
        *(partial(one.run, engine.events) for one in (scribe, engine.cleaner, safekeeping)),
        *(storage_chat.run, partial(until_done, store.search.catch_up, clock, asyncio.Event())),
        *(audits.run, signing.run, pleas.run, *works.afterwards),
    )
    return App(bot, dispatcher, store, engine, reporter, polling, parts)


def _polling(
    settings: Settings,
    bot: Bot,
    dispatcher: Dispatcher,
    store: Store,
    clock: Clock,
    signing: Signing,
    doors: _Doors,
) -> Polling:
    keeps = partial(
        is_kept,
        owner_id=settings.owner_id,
        people=store.people,
        is_secret=signing.hears_secret,
    )
    inbox = Inbox(store.updates, bot, clock, keeps)
    return Polling(bot, dispatcher, clock, inbox, partial(_on_contact, bot, doors, clock))


def _for_handlers(store: Store, engine: Engine, clock: Clock, chance: Random) -> dict[str, Any]:
    return {
        "store": store,
        "engine": engine,
        "clock": clock,
        "orders": Orders(engine, store.jobs),
        "gathering": Gathering(clock),
        "shelves": Shelves(store, clock, chance),
        "repeats": Repeats(clock),
    }


def _delivery(settings: Settings, bot: Bot, store: Store, clock: Clock, hatch: Hatch) -> Delivery:
    is_local, protected = settings.bot_api_local, settings.send_protected
    return Delivery(bot, store, clock, hatch, is_local=is_local, sends_protected=protected)


def _deeplinks(store: Store) -> DeepLinks:
    return DeepLinks(store.vault.sign, store.vault.signed_before)


def _safekeeping(
    settings: Settings,
    works: Works,
    bot: Bot,
    seal: Seal,
    clock: Clock,
    delivery: Delivery,
    owner_id: Callable[[], Awaitable[int | None]],
) -> Safekeeping:
    return Safekeeping(
        *(works.backing, bot, seal, clock),
        owner_id=owner_id,
        key_file=key_file_of(settings),
        largest=delivery.room,
    )


def _outgoing(store: Store, delivery: Delivery, reader: Reader | None) -> Outgoing:
    ffmpeg = found(AT_ONCE)
    return Outgoing(store.files, delivery, Converter(ffmpeg, reader) if ffmpeg else None)


@dataclass(frozen=True, slots=True)
class _Doors:
    menu: Menu
    claiming: Claiming
    access: Access
    denials: Denials


def _doors(
    settings: Settings, store: Store, bot: Bot, clock: Clock, say: Callable[[str], None]
) -> _Doors:
    menu = Menu(bot, permissions(), alone())
    claiming = Claiming(store, clock, settings.owner_id, say)
    entrance = Entrance(store, clock, claiming, menu)
    denials = Denials(store.journal, clock)
    access = Access(settings.owner_id, store.people, clock, entrance, denials)
    return _Doors(menu, claiming, access, denials)


async def _on_contact(bot: Bot, doors: _Doors, clock: Clock) -> None:
    async def show_menu() -> None:
        if owner_id := await doors.claiming.owner_id():
            await doors.menu.publish(owner_id, Role.OWNER)

    me = await bot.me()
    log.info("bot is listening", bot=me.username)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(doors.claiming.run(me.username or ""))
        await until_done(show_menu, clock, asyncio.Event())
        if me.supports_inline_queries:
            await warm(clock)
