"""What a login sets going."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from downloader.errors import AccountLostError, ThrottledError
from downloader.pool import Pool
from storage.models import Account, AccountState, Item, ItemState, Job, JobState, Reason
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import ScriptedSource, song
from tests.downloader.two import SONGS, Two


async def test_a_login_brings_on_what_was_parked_for_it(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.source.script("open", AccountLostError("revoked"))
        async with rig.running():
            job = await rig.submit()
            await rig.item_is(job.id, ItemState.PARKED)
            await rig.engine.wait_no_more({Reason.LOGIN})
            job = await rig.ended(job.id)

        assert JobState.DONE is job.state


async def test_a_login_brings_on_a_job_that_could_not_be_planned(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        rig.source.script("chat", AccountLostError("revoked"))
        async with rig.running():
            job = await rig.submit()
            await rig.time.someone_sleeps()
            assert Reason.LOGIN is (await rig.job(job.id)).reason
            await rig.engine.wait_no_more({Reason.LOGIN})
            job = await rig.ended(job.id)

        assert JobState.DONE is job.state


async def flooded(rig: Rig, job_id: int) -> None:
    """Wait until the job, or a track of it, waits for Telegram's time."""
    with rig.engine.events.listen() as heard:
        while True:
            held_up: list[Job | Item] = [await rig.job(job_id), *await rig.items(job_id)]
            if Reason.FLOOD in {one.reason for one in held_up}:
                return
            await anext(heard)


@pytest.mark.parametrize("method", ["chat", "open"])
async def test_f02_another_account_brings_on_what_waits_for_a_flood(
    tmp_path: Path, method: str
) -> None:
    async with open_rig(tmp_path, ScriptedSource(*SONGS)) as rig:
        two = Two(rig.store)
        for number in (1, 2):
            await rig.store.accounts.save(Account(number, "A", AccountState.READY), b"")
        two.first.script(method, ThrottledError(timedelta(hours=20)))
        rig.build(Pool([two.first], rig.store, rig.time.clock), workers=1)
        async with rig.running():
            job = await rig.submit()
            await flooded(rig, job.id)

        rig.build(Pool([two.first, two.second], rig.store, rig.time.clock))
        async with rig.running():
            await rig.engine.wait_no_more({Reason.LOGIN, Reason.FLOOD})
            job = await rig.ended(job.id)
        assert JobState.DONE is job.state
        assert 1 == two.first.count(method)


@pytest.mark.parametrize("method", ["chat", "open"])
async def test_f02_where_no_account_is_free_it_waits_again_without_a_call(
    tmp_path: Path, method: str
) -> None:
    async with open_rig(tmp_path, ScriptedSource(song(1))) as rig:
        await rig.store.accounts.save(Account(1, "A", AccountState.READY), b"")
        rig.source.script(method, ThrottledError(timedelta(hours=20)))
        rig.build(Pool([rig.source], rig.store, rig.time.clock))
        async with rig.running():
            job = await rig.submit()
            await flooded(rig, job.id)
            await rig.engine.wait_no_more({Reason.LOGIN, Reason.FLOOD})
            await flooded(rig, job.id)

        assert 1 == rig.source.count(method)
