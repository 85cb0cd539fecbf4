"""How long it takes to go on with a thousand unfinished items: the engine, and all of `tad run`."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench import child
from bench.figure import Figure, Goal
from bench.stand import CHAT, Stand, open_stand

SOAK = False

_ITEMS = 1000
_SIZE = 20_000  # bytes
_SOME = 5
_PATIENCE = timedelta(minutes=2)
_GOAL = Goal(at_most=3.0)


def measure(*, quick: bool) -> Iterator[Figure]:
    repeats = 1 if quick else 5
    with tempfile.TemporaryDirectory(prefix="tad-restart-") as place:
        child.python("-m", "bench.waking", place, str(_ITEMS))
        told = [json.loads(child.python("-m", "bench.waking", place)) for _ in range(repeats)]
    yield engine_figure([words["engine"] for words in told], [words["store"] for words in told])
    with tempfile.TemporaryDirectory(prefix="tad-restart-") as place:
        full, empty = asyncio.run(_product(Path(place), repeats))
    detail: dict[str, object] = {
        **child.spread(full),
        "start without items": child.spread(empty),
        "load": child.load(),
    }
    yield Figure("restart.product", median(full), "s", _GOAL, detail)


def engine_figure(engine: list[float], store: list[float]) -> Figure:
    detail: dict[str, object] = {
        "items": _ITEMS,
        **child.spread(engine),
        "open the store": child.spread(store),
        "load": child.load(),
    }
    return Figure("restart.engine", median(engine), "s", _GOAL, detail)


async def _product(folder: Path, repeats: int) -> tuple[list[float], list[float]]:
    """Time the product's start until the first file has come, and until it is ready without any."""
    async with open_stand(folder, [_SIZE] * _ITEMS) as stand:
        empty = [await _ready(stand) for _ in range(repeats)]
        await stand.product.start()
        stand.person.send(f"/download @{CHAT} {_ITEMS}")
        await stand.until(lambda: len(stand.published()) >= _SOME, within=_PATIENCE)
        await stand.product.kill()
        return [await _awake(stand) for _ in range(repeats)], empty


async def _ready(stand: Stand) -> float:
    begin = time.perf_counter()
    await stand.product.start()
    seconds = time.perf_counter() - begin
    await stand.product.kill()
    return seconds


async def _awake(stand: Stand) -> float:
    before = len(stand.published())
    begin = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        starting = tasks.create_task(stand.product.start())
        await stand.until(lambda: len(stand.published()) > before, within=_PATIENCE)
        seconds = time.perf_counter() - begin
        await starting
    await stand.product.kill()
    return seconds
