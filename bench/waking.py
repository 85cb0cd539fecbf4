"""An engine that wakes among unfinished items: `python -m bench.waking PLACE FILES`.

It tells when the first file had come, and says no more. With the number of files it first orders
them, and ends as if it were killed when some have come.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import structlog

from bench.light import opened, order, running
from bench.noise import NoiseSource, posting
from bench.transfer.child import say
from downloader.engine import Engine
from downloader.events import BytesArrived, Event, ItemMoved
from storage.models import Audio, ItemState

_SIZE = 20_000  # bytes
_JOBS = 10
_SOME = 5


def find(number: int) -> Audio:
    return posting(number, _SIZE)


async def begin(place: Path, files: int) -> None:
    """Order so many files in a few jobs, and end in the middle."""
    async with opened(place) as store, running(store, NoiseSource(find)) as engine:
        share = files // _JOBS
        for first in range(1, files, share):
            await order(engine, *range(first, first + share))
        await saved(engine, _SOME)
        os._exit(0)


async def wake(place: Path) -> None:
    """Take them up, and tell how many seconds it took until the first had come."""
    start = time.perf_counter()
    async with opened(place) as store:
        ready = time.perf_counter()
        async with running(store, NoiseSource(find)) as engine:
            await saved(engine, 1)
            say({"store": ready - start, "engine": time.perf_counter() - ready})
            os._exit(0)


async def saved(engine: Engine, count: int) -> None:
    """Wait until so many files have been fetched and saved; one that is only entered is none."""
    with engine.events.listen() as heard:
        arrivals = _arrivals(heard)
        for _ in range(count):
            await anext(arrivals)


async def _arrivals(heard: AsyncIterator[Event]) -> AsyncIterator[int]:
    fetched: set[int] = set()
    async for event in heard:
        match event:
            case BytesArrived():
                fetched.add(event.item.id)
            case ItemMoved() if event.item.state is ItemState.SAVED and event.item.id in fetched:
                yield event.item.id


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    _, where, *rest = sys.argv
    asyncio.run(begin(Path(where), int(rest[0])) if rest else wake(Path(where)))
