from __future__ import annotations

from datetime import timedelta
from itertools import chain
from pathlib import Path

from downloader.audit import Audit
from downloader.auditing import Auditor
from downloader.rereading import Rereader
from downloader.surveying import Surveyor
from tests.downloader.rig import ME, Rig, open_rig
from tests.downloader.scripted import JAZZ, ScriptedSource, song


def auditor(rig: Rig) -> Auditor:
    told = rig.engine.editor, rig.engine.accepted, rig.source.news
    rereader = Rereader(rig.store, rig.source, rig.time.clock, *told)
    surveyor = Surveyor(rig.store, rig.source, timedelta(minutes=1))
    return Auditor(rig.store, surveyor, rereader, rig.engine)


async def test_what_is_missing_comes_in_jobs_none_of_which_names_too_many(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        missing = list(range(2500, 0, -1))
        jobs = await auditor(rig).refill(Audit(JAZZ, to_fetch=missing), ME)
        stored = await rig.store.jobs.every()

    named = [job.request.message_ids for job in stored]
    assert jobs == stored
    assert [1000, 1000, 500] == [len(some) for some in named]
    assert list(range(1, 2501)) == list(chain.from_iterable(named))
    assert {("@jazz", True)} == {(job.request.chat, job.request.voice) for job in stored}
