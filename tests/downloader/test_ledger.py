from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from downloader.errors import OfflineError, ThrottledError
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
