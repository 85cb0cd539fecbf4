"""The real bot over the sandbox's Bot API, real storage and the real engine, in one process.

Only the MTProto side is scripted: chats and songs come from a `ScriptedSource`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from aiolimiter import AsyncLimiter

from bot.app import App, assemble
from bot.chatboard import Pace
from bot.session import open_bot
from bot.settings import Settings
from bot.storagechat import StorageChat
from downloader.clock import Clock
from sandbox.botapi.dialogs import HeardKind, Message
from sandbox.botapi.person import Person
from sandbox.botapi.server import BotApi
from sandbox.world import User, World
from storage.models import Board, Job, Track
from storage.record import Record, What
from storage.store import Store
from tests.downloader.scripted import JAZZ, ROCK, OwnedTime, ScriptedSource, song
from tests.stores import store_at

TOKEN = "700:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
PATIENCE = 30.0  # seconds until a test that hangs says so
QUICK = timedelta(milliseconds=20)


def shelf(count: int = 12, *, size: int = 10_000) -> ScriptedSource:
    """Return a source with `count` songs in @jazz and two in @rock."""
    songs = [song(number, size=size) for number in range(1, count + 1)]
    return ScriptedSource(*songs, song(1, chat=ROCK), song(2, chat=ROCK), chats=(JAZZ, ROCK))


def settings_for(
    folder: Path,
    owner_id: int | None,
    url: str,
    storage_chat: int | None = None,
    webhook_allow: str | None = None,
) -> Settings:
    return Settings(
        _env_file=None,
        bot_token=TOKEN,
        bot_api_url=url,
        owner_id=owner_id,
        telegram_api_id=1,
        telegram_api_hash="0" * 32,
        data_dir=folder / "data",
        music_dir=folder / "music",
        disk_reserve_mb=0,
        storage_chat=storage_chat,
        webhook_allow=webhook_allow,
    )


@dataclass(slots=True, eq=False)
class Product:
    """The product while it runs."""

    store: Store
    app: App

    async def jobs(self) -> list[Job]:
        return await self.store.jobs.every()

    async def remembers(self, board: Message) -> None:
        """Wait until this board is stored: its message arrives a moment earlier."""
        ids = {stored.message_id for stored in await self._boards()}
        while board.id not in ids:
            await asyncio.sleep(0.005)
            ids = {stored.message_id for stored in await self._boards()}

    async def forgets_board(self, chat_id: int) -> None:
        board = await self.store.boards.get(chat_id)
        while board is not None:
            await asyncio.sleep(0.005)
            board = await self.store.boards.get(chat_id)

    async def played(self, track: Track) -> None:
        """Wait until a play of the track is counted, which is after it was sent."""
        played = await self.store.plays.last(10)
        while track.id not in played:
            await asyncio.sleep(0.005)
            played = await self.store.plays.last(10)

    async def knows(self, track: Track) -> None:
        """Wait until the bot keeps an id of the track, which is after it was sent."""
        files = await self.store.sent_files.of(self.app.bot.id, [track.id])
        while not files:
            await asyncio.sleep(0.005)
            files = await self.store.sent_files.of(self.app.bot.id, [track.id])

    async def enters(self, what: What) -> Record:
        """Wait until such a thing stands in the journal, which may be after it was answered."""
        while True:
            for record in await self.store.journal.newest(10):
                if record.what is what:
                    return record
            await asyncio.sleep(0.005)

    async def troubled(self) -> None:
        """Wait until the storage chat turns out to be closed."""
        storage_chat: StorageChat = self.app.dispatcher["storage_chat"]
        trouble = storage_chat.trouble
        while trouble is None:
            await asyncio.sleep(0.005)
            trouble = storage_chat.trouble

    async def _boards(self) -> list[Board]:
        found = [await self.store.boards.get(job.origin.chat_id) for job in await self.jobs()]
        return [board for board in found if board is not None]


@dataclass(slots=True, eq=False)
class Rig:
    """The world around the product. `owner` is whom it serves."""

    folder: Path
    world: World
    api: BotApi
    bot_user: User
    owner: Person
    gap: timedelta = QUICK
    look: timedelta = timedelta(seconds=15)
    clock: Clock = field(default_factory=Clock)
    storage_chat: int | None = None
    webhook_allow: str | None = None
    is_owned: bool = True  # by the settings
    console: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    alter: Callable[[Store], Store] = lambda store: store
    moments: OwnedTime = field(default_factory=OwnedTime)  # how long the handlers take

    @property
    def said(self) -> list[str]:
        """What the bot says in the owner's chat right now, oldest first."""
        return [one.text for one in self.owner.messages if one.sender is self.bot_user]

    def calls(self, method: str) -> int:
        return sum(call.method.lower() == method.lower() for call in self.api.calls)

    async def ask(self, text: str) -> Message:
        """Write as the owner, and return the first message that comes back."""
        self.owner.send(text)
        return await self.owner.reply()

    async def hears(self, *pieces: str) -> Message:
        """Wait for a message or an edit that says all of these."""
        return await self.owner.until(lambda one: all(piece in one.text for piece in pieces))

    async def shows(self, *pieces: str) -> Message:
        """Wait until a message says all of these, whether that was heard before or not."""
        for one in reversed(self.owner.messages):
            if one.sender is self.bot_user and all(piece in one.text for piece in pieces):
                return one
        return await self.hears(*pieces)

    async def code(self) -> str:
        """Wait for what the console tells to send."""
        while "/start" not in (line := await self.console.get()):
            pass
        return line.strip()

    async def gone(self, message: Message) -> None:
        """Wait until a message of the bot has been deleted."""
        while (heard := await self.owner.next()).kind is not HeardKind.DELETE:
            assert heard.message.id >= message.id

    @asynccontextmanager
    async def running(
        self, source: ScriptedSource | None = None, *, working: bool = True
    ) -> AsyncIterator[Product]:
        """Run the product; with `working` off its engine takes orders and does nothing."""
        own = (self.storage_chat, self.webhook_allow)
        owner_id = self.owner.user.id if self.is_owned else None
        settings = settings_for(self.folder, owner_id, self.api.url, *own)
        pace = Pace(gap=self.gap, look=self.look, budget=AsyncLimiter(1000, 1))
        async with (
            store_at(settings.data_dir, settings.music_dir) as store,
            open_bot(TOKEN, self.api.url, clock=self.clock) as bot,
            asyncio.timeout(PATIENCE),
            asyncio.TaskGroup() as tasks,
        ):
            altered = self.alter(store)
            given = (settings, altered, source or shelf(), bot, self.clock, pace)
            app = assemble(*given, say=self.console.put_nowait)
            app.dispatcher["clock"] = replace(self.clock, sleep=self.moments.clock.sleep)
            parts = [part for part in app.parts if working or part != app.engine.run]
            running = [tasks.create_task(part()) for part in parts]
            try:
                yield Product(altered, app)
            finally:
                for task in running:
                    task.cancel()


@asynccontextmanager
async def open_rig(folder: Path) -> AsyncIterator[Rig]:
    world = World()
    owner = world.add_user("Olga", username="olga")
    bot_user = world.add_user("Loader", username="loader_bot", token=TOKEN)
    async with BotApi(world) as api:
        yield Rig(folder, world, api, bot_user, api.person(owner))
