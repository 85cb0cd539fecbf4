from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from downloader.allowance import Allowance
from downloader.errors import OfflineError, ThrottledError
from downloader.hours import Hours
from downloader.pool import Pool
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


async def test_f46_hours_of_the_day_are_looked_at_again_when_the_clock_is_set(
    tmp_path: Path,
) -> None:
    """It was set to an hour in which files may be fetched; no timer on the wall tells of that."""
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        ahead = [timedelta()]
        clock = replace(rig.time.clock, wall=lambda: rig.time.now() + ahead[0])
        rig.time.clock = clock
        allowance = Allowance(clock, Hours(time(22), time(6), ZoneInfo("UTC")))
        rig.build(Pool([rig.source], rig.store, clock, allowance))
        async with rig.running():
            job = await rig.submit()
            await rig.item_is(job.id, ItemState.WAITING)
            ahead[0] = timedelta(days=65, hours=11)
            async with rig.time.passing():
                assert JobState.DONE is (await rig.ended(job.id)).state

        assert rig.time.seconds <= 300


class HalfReached(ScriptedSource):
    """Some documents lie in a data centre that cannot be reached."""

    out_of_reach = frozenset({song(number).document_id for number in (5, 6)})

    async def read(self, document_id: int, offset: int, limit: int) -> bytes:
        if document_id in self.out_of_reach:
            await self.meet("part")
            raise OfflineError("no connection")
        return await super().read(document_id, offset, limit)


async def test_f30_files_out_of_reach_keep_none_waiting_that_lie_elsewhere(tmp_path: Path) -> None:
    source = HalfReached(*map(song, range(1, 7)))
    async with open_rig(tmp_path, source) as rig, rig.running():
        job = await rig.submit()
        await rig.item_is(job.id, ItemState.SAVED, at=5)

        saved, waiting = [ItemState.SAVED], [ItemState.WAITING]
        assert waiting * 2 + saved * 4 == await rig.states(job.id)
        assert 0.0 == rig.time.seconds
