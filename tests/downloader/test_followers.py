from __future__ import annotations

import asyncio
from pathlib import Path

from downloader.events import BytesArrived
from storage.models import ItemState, JobState
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import ROCK, ScriptedSource, song

MIB = 1 << 20
SAME = song(1, document=5, size=3 * MIB), song(1, chat=ROCK, document=5, size=3 * MIB)


def told(rig: Rig) -> set[int]:
    """Return the jobs that were told of bytes on their way."""
    return {event.job.id for event in rig.events if isinstance(event, BytesArrived)}


async def test_f61_everybody_who_waits_for_a_document_sees_it_come(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*SAME)) as rig:
        rig.source.width = 1
        held = rig.source.script("part", hold=(gate := asyncio.Event()))
        async with rig.running():
            one = await rig.submit("@jazz")
            await held.reached.wait()
            later = [await rig.submit("@rock") for _ in range(8)]
            for job in later:
                await rig.job_is(job.id, JobState.RUNNING)
            gate.set()
            for job in later:
                await rig.ended(job.id)

        assert {one.id, *(job.id for job in later)} == told(rig)
        assert 3 == len(rig.source.parts())


async def test_f61_who_waited_before_it_began_sees_it_come_too(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*SAME)) as rig:
        held = rig.source.script("open", hold=(gate := asyncio.Event()))
        async with rig.running():
            jobs = [await rig.submit("@jazz"), await rig.submit("@rock")]
            await held.reached.wait()
            for job in jobs:
                await rig.job_is(job.id, JobState.RUNNING)
            gate.set()
            for job in jobs:
                await rig.ended(job.id)

        assert {job.id for job in jobs} == told(rig)


async def test_a_paused_job_follows_nothing(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*SAME)) as rig:
        held = rig.source.script("part", hold=(gate := asyncio.Event()), times=9)
        async with rig.running():
            one, two = await rig.submit("@jazz"), await rig.submit("@rock")
            await held.reached.wait()
            await rig.job_is(two.id, JobState.RUNNING)
            first = await rig.item_is(one.id, ItemState.FETCHING, ItemState.QUEUED)
            idle = two if first.state is ItemState.FETCHING else one
            await rig.engine.pause(idle.id)
            gate.set()
            await rig.ended(two.id if idle is one else one.id)

            assert idle.id not in told(rig)
            await rig.engine.resume(idle.id)
            assert JobState.DONE is (await rig.ended(idle.id)).state


async def test_a_job_hears_once_of_a_document_that_it_wants_many_times(tmp_path: Path) -> None:
    same = [song(number, document=5, size=MIB) for number in range(1, 8)]
    async with open_rig(tmp_path, ScriptedSource(*same)) as rig:
        job = await rig.finish()
        other = [event for event in rig.events if isinstance(event, BytesArrived)]

        assert 7 == len(await rig.items(job.id))
        assert 2 >= len({event.item.id for event in other})
