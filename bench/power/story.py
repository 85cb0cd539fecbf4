"""What is recorded: four jobs over two lives of one engine, with a bit of everything.

Files of one, two and more parts, two of one title, one asked for twice, troubles on the way, one
that can never come whole, an end without a farewell in the middle, and a person who pauses and
resumes a job again and again, until the log of the database is full, and then cancels it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bench.light import at_rest, opened, order, running
from bench.noise import Ask, NoiseSource, posting
from downloader.engine import Engine
from downloader.errors import OfflineError
from downloader.events import BytesArrived, Event, ItemMoved
from downloader.move import Pace
from storage.models import ItemState
from storage.store import Store

STOPPED = 3  # the job that is paused, and cancelled in the end
HOPELESS = 1007  # the document that is always empty while the story is told
_OUT_OF_REACH = 1012  # the document for which the line is dead meanwhile
_SIZES = (
    1, 700, 4096, 9_999, 60_000, 131_072, 40_000, 131_073, 200_000, 400_001, 2_200_000, 90_000,
)  # fmt: skip
_POSTINGS = (
    *(posting(number, size) for number, size in enumerate(_SIZES, start=1)),
    posting(13, 50_000, title="Noise 00005"),
    posting(14, 60_000, document=1005),
    *(posting(number, 1000 + number) for number in range(15, 19)),
)
SIZES = {audio.document_id: audio.size for audio in _POSTINGS}
FIND = {audio.message_id: audio for audio in _POSTINGS}.__getitem__
# So eager to sync that the bitmap of every file is claimed in several steps.
PACE = Pace(sync_bytes=1)
_SAVED_IN_THE_FIRST = 7
_LOG_HEAD = 32  # bytes, which tell one filling of SQLite's log from the next
_STILL = 0.3  # seconds in which threads that nobody waits for come to rest
_HERE = frozenset({ItemState.SAVED, ItemState.LINKED})

Mark = Callable[[str], None]


class Story:
    """`mark` is told each promise as soon as the engine has made it."""

    def __init__(self, place: Path, mark: Mark) -> None:
        self._place = place
        self._mark = mark
        self._saved = 0
        self._some_saved = asyncio.Event()

    async def first_life(self) -> None:
        """Begin three jobs, pause one of them, and end in the middle."""
        async with opened(self._place) as store:
            async with self._told(store) as engine:
                await self._begin(engine)
                await self._some_saved.wait()
            await asyncio.sleep(_STILL)
            os._exit(0)  # with nothing closed

    async def second_life(self) -> None:
        """Take up what is left, order more, and bring everything to its end."""
        async with opened(self._place) as store, self._told(store) as engine:
            await _waver(engine)
            before = self._log()
            while self._log() == before:  # it is emptied after a thousand pages, and begins anew
                await _waver(engine)
            await self._submit(engine, *range(13, 19))
            await engine.cancel(STOPPED)
            self._mark(f"cancelled {STOPPED}")
            await at_rest(store, engine)

    async def _begin(self, engine: Engine) -> None:
        with engine.events.listen() as heard:
            for numbers in (range(1, 9), (5, 9, 10, 13, 14), (11, 12)):
                await self._submit(engine, *numbers)
            await _bytes_of(STOPPED, heard)
        await engine.pause(STOPPED)

    def _log(self) -> bytes:
        with (self._place / "data" / "tad.db-wal").open("rb") as log:
            return log.read(_LOG_HEAD)

    async def _submit(self, engine: Engine, *numbers: int) -> None:
        job = await order(engine, *numbers)
        self._mark(f"job {job.id}")

    @asynccontextmanager
    async def _told(self, store: Store) -> AsyncIterator[Engine]:
        """Run an engine whose saved items are marked."""
        async with running(store, NoiseSource(FIND, _trouble), pace=PACE) as engine:
            with engine.events.listen() as heard:
                async with asyncio.TaskGroup() as tasks:
                    listening = tasks.create_task(self._listen(heard))
                    try:
                        yield engine
                    finally:
                        listening.cancel()

    async def _listen(self, heard: AsyncIterator[Event]) -> None:
        async for event in heard:
            if isinstance(event, ItemMoved) and event.item.state in _HERE:
                assert event.item.audio is not None
                self._mark(f"saved {event.item.audio.document_id}")
                self._saved += 1
                if self._saved == _SAVED_IN_THE_FIRST:
                    self._some_saved.set()


LIVES: tuple[Callable[[Story], Coroutine[Any, Any, None]], ...] = (
    Story.first_life,
    Story.second_life,
)


async def _bytes_of(job_id: int, heard: AsyncIterator[Event]) -> None:
    async for event in heard:
        if isinstance(event, BytesArrived) and event.job.id == job_id:
            return


def _trouble(ask: Ask, data: bytes) -> bytes:
    """Answer most in full; the numbers are those of the calls in one life."""
    if ask.document_id == HOPELESS:
        return b""
    if ask.number in {4, 11}:
        return data[:-1]
    if ask.number in {6, 17} or ask.document_id == _OUT_OF_REACH:
        raise OfflineError("as the story has it")
    return data


async def _waver(engine: Engine) -> None:
    await engine.resume(STOPPED)
    await engine.pause(STOPPED)
