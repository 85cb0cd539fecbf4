"""What the journeys have in common: a small town, the real program, and looking at its library."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from bot.app import App, open_app
from bot.chatboard import Pace
from bot.settings import Settings
from downloader.clock import Clock
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from sandbox.audio.tags import Tags
from sandbox.botapi.dialogs import Message
from sandbox.botapi.person import Person
from sandbox.seed.cast import Cast
from sandbox.stage import Stage
from sandbox.world import Chat, Document, World
from storage.models import Item, Job
from tests.downloader.scripted import OwnedTime
from tests.stores import compile_once

PATIENCE = timedelta(seconds=30)
_GAP = timedelta(milliseconds=20)
_STARTED = time.monotonic()


def hurried(factor: int = 20) -> Clock:
    """Return a clock that runs so many times as fast, so that waits are short and in order."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / factor)

    begin = datetime.now(UTC)

    def elapsed() -> float:
        return (time.monotonic() - _STARTED) * factor

    return Clock(lambda: begin + timedelta(seconds=elapsed()), elapsed, sleep)


def add_jazz(world: World, count: int = 12, *, size: int | None = None) -> Chat:
    """Add `@jazz` with so many tunes, on two data centres; `size` makes them larger."""
    jazz = world.add_chat("Jazz", username="jazz")
    for number in range(1, count + 1):
        tune = Format.MP3.file(Melody(number, 1), Tags(f"Tune {number}", "Trio"))
        document = world.add_document(
            body=tune.ljust(size or 0, b"\0"),
            dc=4 if number % 3 == 0 else 2,
            name=f"tune{number}.mp3",
            title=f"Tune {number}",
            performer="Trio",
            duration=timedelta(seconds=1),
        )
        world.post(jazz, "", document, quiet=True)
    return jazz


@dataclass(slots=True)
class Journey:
    """The owner in front of the running program. `data` and `music` are its folders."""

    stage: Stage
    cast: Cast
    data: Path
    music: Path
    person: Person
    app: App

    @property
    def parts_fetched(self) -> int:
        return self.stage.cluster.counters.of("upload.getFile")

    async def ask(self, text: str) -> Message:
        """Say something and return the first answer."""
        self.person.send(text)
        return await self.person.until(lambda _: True, within=PATIENCE)

    async def shows(self, *words: str) -> Message:
        """Wait until some message of the bot shows all these words."""
        return await self.until(lambda shown: all(word in shown.text for word in words))

    async def until(self, wanted: Callable[[Message], bool]) -> Message:
        for message in reversed(self.person.messages):
            if message.sender is self.person.bot and wanted(message):
                return message
        return await self.person.until(wanted, within=PATIENCE)

    async def job(self, number: int = 1) -> Job:
        job = await self.app.store.jobs.get(number)
        assert job is not None
        return job

    async def items(self, number: int = 1) -> list[Item]:
        return await self.app.store.items.of_job(number)

    def files(self) -> dict[str, str]:
        """Return the SHA-256 of every file of the library by its path."""
        return files_below(self.music)


def files_below(music: Path) -> dict[str, str]:
    """Return the digest of every file by its path, but for our own and the lists of tracks."""
    return {
        str(path.relative_to(music)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(music.rglob("*"))
        if path.is_file() and not {".tad", "Playlists"} & {*path.relative_to(music).parts}
    }


def parts_below(music: Path) -> list[str]:
    """Return what lies among the unfinished files, but for the mark of the library."""
    hidden = music / ".tad"
    return sorted(path.name for path in hidden.rglob("*.part"))


def documents(chat: Chat) -> list[Document]:
    """Return what was posted, oldest first."""
    return [post.document for post in chat.posts.values() if post.document is not None]


def digests(documents: list[Document]) -> list[str]:
    return sorted(document.digest() for document in documents)


@asynccontextmanager
async def running(
    stage: Stage,
    data: Path,
    music: Path,
    *,
    clock: Clock | None = None,
    workers: int = 4,
    **more: str,
) -> AsyncIterator[App]:
    """Run the program in this process, with an account that is signed in already.

    `more` are settings.
    """
    environment = stage.environment(data, music)
    values = {name.lower(): value for name, value in environment.items()}
    # What is compared with Telegram's bytes must not be written into.
    values = {"write_tags": "false", **values, **more}
    settings = Settings(_env_file=None, workers=workers, **values)
    pace = Pace(gap=_GAP)
    async with open_app(settings, clock=clock, pace=pace) as app, asyncio.TaskGroup() as tasks:
        compile_once(app.store.jobs._database)
        # A moment in the eyes of a person does not hurry.
        app.dispatcher["clock"] = replace(clock or Clock(), sleep=OwnedTime().clock.sleep)
        polling = stage.faults.next_call("bot.getUpdates")
        task = tasks.create_task(app.run())
        async with asyncio.timeout(PATIENCE.total_seconds()):
            await polling.wait()
        yield app
        task.cancel()
