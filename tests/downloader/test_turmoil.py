"""Three lives of an engine, ordered about at random and torn off twice: all is brought at last."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from structlog.testing import capture_logs

from downloader.clock import Clock
from downloader.engine import Engine
from downloader.errors import OfflineError, ThrottledError
from storage.models import ItemState, Request
from tests.downloader.rig import ME, Rig, open_rig
from tests.downloader.scripted import ROCK, START, ScriptedSource, song

_HURRY = 50  # so many times faster than ours runs the engine's time
_STUMBLES = {"loop stumbled", "item broke", "planning broke"}
_AT_REST = {ItemState.SAVED, ItemState.LINKED}


class Shaky(ScriptedSource):
    def __init__(self, chance: Random) -> None:
        sizes = [chance.choice([10_000, 300_000]) for _ in range(6)]
        jazz = [song(n, document=n, size=size) for n, size in enumerate(sizes, 1)]
        rock = [song(n, chat=ROCK, document=n, size=size) for n, size in enumerate(sizes, 1)]
        super().__init__(*(replace(s, title=f"T{s.message_id % 3}") for s in jazz + rock))
        self._chance = chance

    async def read(self, document_id: int, offset: int, limit: int) -> bytes:
        await asyncio.sleep(self._chance.random() * 0.005)
        dice = self._chance.random()
        if dice < 0.04:
            raise OfflineError
        if dice < 0.06:
            raise ThrottledError(timedelta(seconds=1))
        return await super().read(document_id, offset, limit)


def hurried() -> Clock:
    loop = asyncio.get_running_loop()
    begin = loop.time()

    def passed() -> float:
        return (loop.time() - begin) * _HURRY

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / _HURRY)

    return Clock(lambda: START + timedelta(seconds=passed()), passed, sleep)


async def order_about(engine: Engine, jobs: list[int], chance: Random) -> None:
    while True:
        await asyncio.sleep(chance.random() * 0.02)
        if len(jobs) < 4:
            chat = chance.choice(["@jazz", "@rock"])
            jobs.append((await engine.submit(Request(chat, 8), ME)).id)
            continue
        act = chance.choice([engine.pause, engine.resume, engine.cancel, engine.retry])
        await act(chance.choice(jobs))


async def one_life(rig: Rig, clock: Clock, jobs: list[int], chance: Random) -> None:
    engine = Engine(rig.store, rig.source, clock, workers=3)
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        tasks = [group.create_task(engine.run())]
        tasks += [group.create_task(order_about(engine, jobs, chance)) for _ in range(3)]
        await asyncio.sleep(chance.random() * 0.4)
        for _ in range(chance.choice([1, 2])):
            for task in tasks:
                task.cancel()
            await asyncio.sleep(0)


@pytest.mark.parametrize("seed", range(3))
async def test_f38_f43_an_engine_torn_off_anywhere_leaves_nothing_lost_or_locked(
    tmp_path: Path, seed: int
) -> None:
    chance = Random(seed)
    jobs: list[int] = []
    with capture_logs() as logs:
        async with open_rig(tmp_path, Shaky(chance)) as rig:
            clock = hurried()
            for _ in range(2):
                await one_life(rig, clock, jobs, chance)
            rig.engine = Engine(rig.store, rig.source, clock, workers=3)
            async with rig.running():
                for job_id in jobs:
                    await rig.engine.resume(job_id)
                    await rig.engine.retry(job_id)
                    await rig.ended(job_id)

            assert _AT_REST >= {state for job_id in jobs for state in await rig.states(job_id)}
            tracks = await rig.store.catalog.every()
            assert {str(t.path): t.sha256 for t in tracks} == rig.published()
            assert (frozenset(), frozenset()) == await rig.left_over()
    assert [] == [log for log in logs if log["event"] in _STUMBLES]
