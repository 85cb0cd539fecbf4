"""What /panic does where not everything goes as it should: over the real engine and storage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.stopping import LogOut, Stopped, Stopping
from downloader.engine import Engine
from downloader.telegram.session import Session
from storage.accounts import Accounts
from storage.errors import DiskFailure, DiskTrouble, SealBrokenError
from storage.handling import Handling, UpdateKey, UpdateState, under
from storage.jobs import Jobs
from storage.models import Account, AccountState, Job, JobState
from storage.store import Store
from tests.bot.library import NOW
from tests.bot.rig import PATIENCE
from tests.downloader.rig import Rig, open_rig
from tests.downloader.scripted import JAZZ, ScriptedSource, song

QUICK = timedelta(milliseconds=200)
FULL = DiskFailure(DiskTrouble.FULL, Path("tad.db"))


class Unwritable(Jobs):
    """The real table on a disk that is full, where jobs are to be moved."""

    def __init__(self, real: Jobs) -> None:
        super().__init__(real._database)

    async def move(self, *_: object, **__: object) -> Job:
        raise FULL


class Unremovable(Accounts):
    """The real table on a disk that is full, where accounts are to be forgotten."""

    def __init__(self, real: Accounts) -> None:
        super().__init__(real._database, real._vault, real._journal)

    async def remove(self, account_id: int) -> None:
        raise FULL


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    source = ScriptedSource(*(song(number) for number in range(1, 4)), chats=(JAZZ,))
    async with open_rig(tmp_path, source) as rig:
        for number, name in ((1, "Ann"), (2, "Bob")):
            session = Session()
            session.set_dc(2, "127.0.0.1", 1)
            account = Account(number, name, AccountState.READY)
            await rig.store.accounts.save(account, session.dump())
        await rig.submit()
        yield rig


def stopping(
    rig: Rig, log_out: LogOut, alter: Callable[[Store], Store] = lambda one: one
) -> Stopping:
    store = alter(rig.store)
    engine = Engine(store, rig.source, rig.time.clock, workers=1)
    return Stopping(store, engine, log_out, QUICK)


async def everything(one: Stopping) -> Stopped:
    async with asyncio.timeout(PATIENCE):
        return await one.everything()


async def test_what_is_cut_off_before_all_are_logged_out_is_done_again_by_the_next_start(
    rig: Rig,
) -> None:
    """Else the start would say that it is done."""
    begun, acting = asyncio.Event(), Handling(UpdateKey(7, 5), "{}", NOW)

    async def hangs(_account_id: int) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        with under(acting):
            task = tasks.create_task(stopping(rig, hangs).everything())
        await begun.wait()
        task.cancel()
    [job] = await rig.store.jobs.every()

    assert (JobState.PAUSED, False) == (job.state, acting.is_acted)


async def test_what_is_done_is_not_done_again(rig: Rig) -> None:
    acting = Handling(UpdateKey(7, 5), "{}", NOW)
    with under(acting):
        await everything(stopping(rig, nothing))
    [left] = await rig.store.updates.take_up(7, 3)

    assert UpdateState.ACTED is left.state


async def test_a_session_that_does_not_open_keeps_no_other_from_being_ended(rig: Rig) -> None:
    ended: list[int] = []

    async def opens(account_id: int) -> None:
        if account_id == 1:
            raise SealBrokenError("session 1")
        await asyncio.sleep(0)
        ended.append(account_id)

    done = await everything(stopping(rig, opens))

    assert ([2], ["Bob"], ["Ann"]) == (ended, done.logged_out, done.untold)
    assert [] == await rig.store.accounts.all()


async def test_sessions_are_ended_though_no_pause_can_be_stored(rig: Rig) -> None:
    ended: list[int] = []

    async def ends(account_id: int) -> None:
        ended.append(account_id)

    def on_full_disk(store: Store) -> Store:
        return replace(store, jobs=Unwritable(store.jobs))

    done = await everything(stopping(rig, ends, on_full_disk))

    assert ([1, 2], 0) == (sorted(ended), done.paused)


async def test_a_session_that_cannot_be_forgotten_is_told(rig: Rig) -> None:
    def on_full_disk(store: Store) -> Store:
        return replace(store, accounts=Unremovable(store.accounts))

    done = await everything(stopping(rig, nothing, on_full_disk))

    assert ["Ann", "Bob"] == sorted(done.logged_out)


async def nothing(_account_id: int) -> None:
    pass
