"""The process that brings them: `python -m bench.endurance.life PLACE`.

Its orders are how many more files to bring; it answers what it holds then.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import structlog

from bench.child import status_mib
from bench.light import at_rest, opened, order, running
from bench.noise import Ask, NoiseSource, body, posting
from bench.transfer.child import Words, orders, say
from downloader.engine import Engine
from downloader.errors import OfflineError, ServerTroubleError
from storage.models import Audio, Track
from storage.store import Store

JOB = 50  # files
_WORKERS = 4
_LARGEST = 20_000  # bytes
_STILL = 0.3  # seconds in which what was begun comes to an end


def find(number: int) -> Audio:
    return posting(number, Random(number).randint(1, _LARGEST))


def trouble(ask: Ask, right: bytes) -> bytes:
    """Let a few of many requests go wrong, each in its own way."""
    match ask.number % 97:
        case 11:
            return right[:-1]
        case 23:
            raise OfflineError("as it happens")
        case 47:
            raise ServerTroubleError("as it happens")
        case _:
            return right


class Life:
    """One engine, with a person before it who now and then stops and cancels a job."""

    def __init__(self, place: Path, store: Store, engine: Engine) -> None:
        self._place = place
        self._store = store
        self._engine = engine
        self._next = 1

    async def bring(self, files: int) -> Words:
        numbers = self._numbers(files)
        begin = time.perf_counter()
        for start in range(0, files, JOB):
            await order(self._engine, *numbers[start : start + JOB])
        await self._order_in_vain()
        await at_rest(self._store, self._engine)
        seconds = time.perf_counter() - begin
        await asyncio.sleep(_STILL)
        return self._look() | {"seconds": seconds, "wrong": await self._wrong(numbers)}

    async def _order_in_vain(self) -> None:
        job = await order(self._engine, *self._numbers(JOB))
        await self._engine.pause(job.id)
        await self._engine.resume(job.id)
        await self._engine.cancel(job.id)

    async def _wrong(self, numbers: Sequence[int]) -> int:
        """Count the files that are not what Telegram has."""
        postings = [find(number) for number in numbers]
        known = await self._store.catalog.known({audio.document_id for audio in postings})
        return sum(not self._is_right(audio, known.get(audio.document_id)) for audio in postings)

    def _is_right(self, audio: Audio, track: Track | None) -> bool:
        if track is None or track.path is None:
            return False
        there = self._store.files.locate(track.path).read_bytes()
        return there == body(audio.document_id, audio.size)

    def _numbers(self, count: int) -> Sequence[int]:
        self._next += count
        return range(self._next - count, self._next)

    def _look(self) -> Words:
        return {
            "resident": status_mib(os.getpid(), "VmRSS"),
            "descriptors": len(list(Path("/proc/self/fd").iterdir())),
            "threads": threading.active_count(),
            "tasks": len(asyncio.all_tasks()),
            "wal": (self._place / "data" / "tad.db-wal").stat().st_size / (1 << 20),
        }


async def _fill_threads() -> None:
    """Let the pool of threads be as full as it gets, or it grows when many are busy at once."""
    most = min(32, (os.cpu_count() or 1) + 4)  # as asyncio makes it
    everybody = threading.Barrier(most)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(most):
            tasks.create_task(asyncio.to_thread(everybody.wait))


async def main(place: Path) -> None:
    await _fill_threads()
    async with opened(place) as store:
        source = NoiseSource(find, trouble)
        async with running(store, source, workers=_WORKERS) as engine:
            life = Life(place, store, engine)
            say({})
            async for told in orders():
                say(await life.bring(told["files"]))


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    asyncio.run(main(Path(sys.argv[1])))
