from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from downloader.errors import ThrottledError
from storage.models import ItemState, JobState
from tests.downloader.rig import open_rig
from tests.downloader.scripted import ScriptedSource, song


async def test_f46_no_timer_runs_longer_than_five_minutes_for_a_wait_of_a_day(
    tmp_path: Path,
) -> None:
    """The machine may sleep meanwhile, which its timers do not notice."""
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.source.script("open", ThrottledError(timedelta(days=1)))
        async with rig.running():
            job = await rig.submit()
            await rig.item_is(job.id, ItemState.WAITING)
            async with rig.time.passing():
                assert JobState.DONE is (await rig.ended(job.id)).state

        assert 24 * 12 < len(rig.time.slept)
        assert max(rig.time.slept) <= 300
