from __future__ import annotations

from pathlib import Path

from downloader.clock import Clock
from downloader.letterbox import Letterbox
from storage.models import JobState, Request
from tests.downloader.rig import ME, open_rig
from tests.downloader.scripted import ScriptedSource, song
from tests.storage.values import NOW


async def test_an_order_that_another_process_has_stored_is_carried_out(tmp_path: Path) -> None:
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        letterbox = Letterbox(rig.store.jobs, rig.engine, Clock(sleep=sleep))
        async with rig.running():
            await letterbox.step()
            job = await rig.store.jobs.add(Request("@jazz", 10), ME, NOW)
            await letterbox.step()
            ended = await rig.ended(job.id)

        assert JobState.DONE is ended.state
        assert [15, 15] == slept
