from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from downloader.errors import AccountLostError, ThrottledError
from storage.models import Audio, JobState, Reason, Request
from tests.downloader.rig import ME, Rig, open_rig
from tests.downloader.scripted import ScriptedSource, song

# Every third one is live.
SONGS = [
    replace(song(number), title=f"Song {number}{' (Live)' * (number % 3 == 0)}")
    for number in range(1, 13)
]
LIVE = Request("@jazz", 2, query="live")


async def fetched(rig: Rig, request: Request) -> list[int]:
    job = await rig.engine.submit(request, ME)
    job = await rig.ended(job.id)
    return [item.message_id for item in await rig.items(job.id)]


async def test_the_limit_counts_what_fits(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*SONGS)) as rig, rig.running():
        assert [12, 9] == await fetched(rig, LIVE)
        assert [12, 9, 6, 3] == await fetched(rig, replace(LIVE, limit=9))


async def test_no_more_is_read_than_it_takes(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*SONGS)) as rig:
        beyond = rig.source.script("posting", skip=4)
        async with rig.running():
            assert [12, 9] == await fetched(rig, LIVE)

        assert not beyond.reached.is_set()


async def test_where_nothing_fits_the_job_says_so(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*SONGS)) as rig, rig.running():
        job = await rig.engine.submit(Request("@jazz", 2, query="duration>1h"), ME)
        job = await rig.ended(job.id)

        assert (JobState.FAILED, Reason.NOTHING_MATCHES) == (job.state, job.reason)


async def test_a_list_broken_off_goes_on_behind_what_did_not_fit(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*SONGS)) as rig:
        rig.source.script("posting", ThrottledError(timedelta(minutes=9)), skip=3)
        async with rig.time.passing(), rig.running():
            assert [12, 9] == await fetched(rig, LIVE)

        assert [None, 9] == [request.last_id for request in rig.source.requests]


async def test_numbers_of_one_account_are_not_gone_on_with_though_nothing_fitted(
    tmp_path: Path,
) -> None:
    own: list[Audio] = [replace(one, account=1) for one in SONGS]
    async with open_rig(tmp_path, ScriptedSource(*own)) as rig:
        rig.source.script("posting", AccountLostError("x"), skip=1)
        async with rig.time.passing(), rig.running():
            await fetched(rig, replace(LIVE, query="song live 6"))

        assert [None, None] == [request.last_id for request in rig.source.requests]


async def test_a_job_that_reads_on_and_on_can_be_cancelled(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*SONGS)) as rig:
        held = rig.source.script("posting", hold=asyncio.Event(), skip=7)
        async with rig.running():
            job = await rig.engine.submit(Request("@jazz", 2, query="nothing"), ME)
            await held.reached.wait()
            await rig.engine.cancel(job.id)
            job = await rig.ended(job.id)

        assert JobState.CANCELLED is job.state
