from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from downloader.errors import (
    AccountLostError,
    ChatUnavailableError,
    DownloaderError,
    ThrottledError,
)
from downloader.pool import Pool
from storage.models import Account, AccountState, Item, ItemState, Job, JobState, Reason
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import JAZZ, ScriptedSource
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

        # An item may ask the second account while that one's loss is being told to the other item.
        for source in (two.first, two.second):
            assert 1 <= source.count("open") <= len(SONGS)
        assert {Reason.LOGIN} == {item.reason for item in await rig.items(job.id)}


async def shut_out(rig: Rig) -> Two:
    """Have two accounts, of which the first alone may read the chat."""
    two = Two(rig.store)
    for number in (1, 2):
        await rig.store.accounts.save(Account(number, "A", AccountState.READY), b"")
    await rig.store.chats.save(JAZZ)
    await rig.store.chats.grant(1, JAZZ.id, 5)
    for method in ("chat", "open"):
        reason = Reason.CHAT_NOT_JOINED if method == "chat" else Reason.NO_ACCESS
        two.second.script(method, ChatUnavailableError(reason), times=99)
    return two


async def parked(rig: Rig) -> Item:
    job = await rig.submit(str(JAZZ.id))
    return await rig.item_is(job.id, ItemState.PARKED, ItemState.FAILED, ItemState.SAVED)


async def planned(rig: Rig) -> Job:
    """Order something, and wait until it could be planned or not."""
    job = await rig.submit(str(JAZZ.id))
    await rig.job_is(job.id, JobState.PLANNING)
    return await rig.job_is(job.id, JobState.QUEUED, JobState.RUNNING, JobState.FAILED)


async def test_f16_a_job_waits_for_the_login_of_the_one_account_that_may_read_its_chat(
    tmp_path: Path,
) -> None:
    async with open_rig(tmp_path, ScriptedSource(*SONGS)) as rig:
        two = await shut_out(rig)
        two.first.script("chat", AccountLostError("SESSION_REVOKED"))
        rig.build(two.pool)
        async with rig.running():
            job = await planned(rig)

        assert (JobState.QUEUED, Reason.LOGIN) == (job.state, job.reason)


async def test_f16_it_waits_after_a_restart_without_that_account_too(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*SONGS)) as rig:
        two = await shut_out(rig)
        await rig.store.accounts.move(1, AccountState.NEEDS_LOGIN)
        rig.build(Pool([two.second], rig.store, two.time.clock))
        async with rig.running():
            job = await planned(rig)

        assert (JobState.QUEUED, Reason.LOGIN) == (job.state, job.reason)


async def test_f16_its_items_go_on_after_that_login(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(*SONGS)) as rig:
        two = await shut_out(rig)
        two.first.script("open", AccountLostError("SESSION_REVOKED"))
        rig.build(two.pool)
        async with rig.running():
            item = await parked(rig)

        assert Reason.LOGIN is item.reason
        rig.build(two.build())
        async with rig.running():
            await rig.engine.wait_no_more({Reason.LOGIN})
            job = await rig.ended(item.job_id)
        assert JobState.DONE is job.state
