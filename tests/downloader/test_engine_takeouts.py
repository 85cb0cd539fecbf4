from __future__ import annotations

import asyncio
from pathlib import Path

from downloader.errors import (
    OfflineError,
)
from storage.models import Request
from tests.downloader.rig import ME, open_rig
from tests.downloader.scripted import ROCK, ScriptedSource, song

EXPORT = "end takeouts"


async def test_a_takeout_ends_with_the_last_job_that_wanted_it(tmp_path: Path) -> None:
    source = ScriptedSource(song(1), song(2, chat=ROCK))
    async with open_rig(tmp_path, source) as rig:
        held = rig.source.script("audio", hold=asyncio.Event(), times=2)
        assert held.hold is not None
        async with rig.running():
            jobs = [
                await rig.engine.submit(Request(chat, 5, takeout=True), ME)
                for chat in ("@jazz", "@rock")
            ]
            await held.reached.wait()
            before = rig.source.count(EXPORT)
            await rig.engine.cancel(jobs[0].id)
            assert before == rig.source.count(EXPORT)

            ended = rig.source.script(EXPORT)
            held.hold.set()
            await rig.ended(jobs[1].id)
            await ended.reached.wait()


async def test_a_takeout_of_the_last_run_is_ended_at_the_start(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource()) as rig:
        ended = rig.source.script(EXPORT)
        async with rig.running():
            await ended.reached.wait()


async def test_f30_a_takeout_that_cannot_be_ended_now_is_ended_later(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource()) as rig:
        rig.source.script(EXPORT, OfflineError())
        ended = rig.source.script(EXPORT)
        async with rig.running(), rig.time.passing():
            await ended.reached.wait()

        assert 300.0 in rig.time.slept
