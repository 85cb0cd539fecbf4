from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from downloader.errors import (
    AccountLostError,
    DownloaderError,
    ThrottledError,
)
from storage.models import Account, AccountState, ItemState, JobState, Reason
from tests.downloader.rig import open_rig
from tests.downloader.scripted import ScriptedSource
from tests.downloader.two import SONGS, Two


@pytest.mark.parametrize("error", [ThrottledError(timedelta(hours=5)), AccountLostError("x")])
@pytest.mark.parametrize("method", ["chat", "posting", "open", "part"])
async def test_f16_with_one_of_two_accounts_gone_every_job_still_ends_well(
    tmp_path: Path, method: str, error: DownloaderError
) -> None:
    async with open_rig(tmp_path, ScriptedSource(*SONGS)) as rig:
        for number in (1, 2):
            await rig.store.accounts.save(Account(number, "A", AccountState.READY), b"")
        two = Two(rig.store)
        two.first.script(method, error, times=99)
        rig.build(two.pool)
        job = await rig.finish()

        assert JobState.DONE is job.state
        assert rig.bodies() == sorted(rig.published().values())


async def test_f16_with_both_accounts_gone_nothing_fails(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*SONGS)) as rig:
        for number in (1, 2):
            await rig.store.accounts.save(Account(number, "A", AccountState.READY), b"")
        two = Two(rig.store)
        for source in (two.first, two.second):
            source.script("open", AccountLostError("x"), times=99)
        rig.build(two.pool)
        async with rig.running():
            job = await rig.submit()
            await rig.item_is(job.id, ItemState.PARKED, at=0)
            await rig.item_is(job.id, ItemState.PARKED, at=1)

        assert 2 == two.first.count("open") + two.second.count("open")
        assert {Reason.LOGIN} == {item.reason for item in await rig.items(job.id)}
