"""The process that carries out one job of many files: `python -m bench.files.client`.

It is told the server, then the files; it tells what they took, and the digests of what came.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

from bench.figure import CannotMeasureError
from bench.files.stages import Stage, Stopwatch
from bench.files.watched import watch_all
from bench.light import carried_out
from bench.statistics import quantile
from bench.transfer.child import Words, orders, say
from bench.transfer.contender import CHAT, Site
from bench.transfer.ours import open_pool
from bot.logs import set_up
from bot.settings import LogFormat
from downloader.clock import Clock
from downloader.engine import Engine
from storage.models import JobState, Request
from storage.store import Store

_TICK = 0.005  # seconds


async def serve(workers: int) -> None:
    """Sign in as the first order says, then carry out a job for each of the others."""
    lines = orders()
    say({})
    with tempfile.TemporaryDirectory(prefix="tad-files-") as folder:
        site = Site.read(await anext(lines), Path(folder))
        async with open_pool(site) as (pool, store), asyncio.TaskGroup() as tasks:
            engine = Engine(store, pool, Clock(), workers=workers)
            running = tasks.create_task(engine.run())
            gc.freeze()  # as `tad run` does
            say({})
            async for order in lines:
                say(await _timed(engine, store, tuple(order["messages"])))
            running.cancel()


async def _timed(engine: Engine, store: Store, messages: tuple[int, ...]) -> Words:
    before = WATCH.cpu.copy(), WATCH.wall.copy()
    async with _lags() as lags:
        wall, cpu = time.perf_counter(), time.process_time()
        await _carried_out(engine, Request(f"@{CHAT}", len(messages), message_ids=messages))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {
        "seconds": wall,
        "cpu": cpu,
        "stages": {
            stage: {
                "cpu": WATCH.cpu[stage] - before[0][stage],
                "wall": WATCH.wall[stage] - before[1][stage],
            }
            for stage in Stage
        },
        "lag": {"p50": quantile(lags, 0.5), "p99": quantile(lags, 0.99), "max": max(lags)},
        "digests": await asyncio.to_thread(_digests, await _files(store, len(messages))),
    }


async def _carried_out(engine: Engine, request: Request) -> None:
    job = await carried_out(engine, request)
    if job.state is not JobState.DONE:
        raise CannotMeasureError(f"the job is {job.state}: {job.reason} {job.detail}")


@asynccontextmanager
async def _lags() -> AsyncIterator[list[float]]:
    """Collect by how many seconds the event loop was late, tick by tick."""
    lags: list[float] = []

    async def tick() -> None:
        while True:
            due = time.perf_counter() + _TICK
            await asyncio.sleep(_TICK)
            lags.append(max(0.0, time.perf_counter() - due))

    async with asyncio.TaskGroup() as tasks:
        ticking = tasks.create_task(tick())
        yield lags
        ticking.cancel()


async def _files(store: Store, count: int) -> dict[str, Path]:
    """Return the newest files of the catalogue by the names they had in Telegram."""
    tracks = (await store.catalog.every())[-count:]
    return {track.name: store.files.locate(track.path) for track in tracks if track.path}


def _digests(files: dict[str, Path]) -> dict[str, str]:
    return {name: sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


if __name__ == "__main__":
    WATCH = Stopwatch()
    watch_all(WATCH)
    set_up(LogFormat.CONSOLE, "info")
    asyncio.run(serve(int(sys.argv[1])))
