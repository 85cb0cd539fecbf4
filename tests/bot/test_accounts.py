from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.accounts import Accounts, GoOn
from downloader.clock import Clock
from downloader.errors import AccountLostError, ThrottledError
from downloader.hands import Address
from downloader.lending import Call
from downloader.standing import Standing
from downloader.telegram.access import Access, DataCentre
from downloader.telegram.session import Session
from storage.accounts import Accounts as StoredAccounts
from storage.errors import DatabaseBusyError, DiskFailure, DiskTrouble, StorageError
from storage.models import Account, AccountState, Reason
from storage.store import Store
from tests.bot import library
from tests.downloader.telegram.stand import open_stand
from tests.stores import store_at

NOWHERE = Access(1, "0" * 32, DataCentre(2, "127.0.0.1", 1), None, None)
TROUBLES = [DatabaseBusyError(Path("tad.db")), DiskFailure(DiskTrouble.FULL, Path("tad.db"))]


class Stumbling(StoredAccounts):
    """The real table, which fails now and then when it is read."""

    def __init__(self, real: StoredAccounts, troubles: list[StorageError | None]) -> None:
        super().__init__(real._database, real._vault, real._journal)
        self._troubles = troubles

    async def logins(self) -> dict[int, int]:
        if self._troubles and (trouble := self._troubles.pop(0)):
            raise trouble
        return await super().logins()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with store_at(tmp_path / "data", tmp_path / "music") as store:
        yield store


@asynccontextmanager
async def running(store: Store, go_on: GoOn, access: Access = NOWHERE) -> AsyncIterator[Accounts]:
    accounts = Accounts(access, store, Clock(sleep=short))
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(accounts.run(go_on))
        yield accounts
        task.cancel()


async def short(_seconds: float) -> None:
    await asyncio.sleep(0.001)


async def test_what_follows_a_login_is_repeated_until_the_database_takes_it(store: Store) -> None:
    troubles = list(TROUBLES)
    done = asyncio.Event()

    async def go_on(_: Collection[Reason]) -> None:
        if troubles:
            raise troubles.pop()
        done.set()

    async with running(store, go_on):
        await done.wait()

    assert not troubles


@pytest.mark.parametrize("before", [0, 1, 2])
async def test_accounts_that_cannot_be_read_for_a_while_are_read_again(
    store: Store, before: int
) -> None:
    """The first two reads are at the start; those that follow look for a new login."""
    troubles: list[StorageError | None] = [*[None] * before, *TROUBLES]
    opened: asyncio.Queue[None] = asyncio.Queue()

    async def go_on(_: Collection[Reason]) -> None:
        await opened.put(None)

    stumbling = replace(store, accounts=Stumbling(store.accounts, troubles))
    async with running(stumbling, go_on):
        await opened.get()
        session = Session()
        session.set_dc(2, "127.0.0.1", 1)
        await store.accounts.save(Account(5, "Olga", AccountState.READY), session.dump())
        await opened.get()

    assert not troubles


async def test_f16_a_login_in_place_of_a_session_that_ended_is_used(tmp_path: Path) -> None:
    """Nobody has noticed that it ended: nothing was asked for meanwhile."""
    opened: asyncio.Queue[None] = asyncio.Queue()

    async def go_on(_: Collection[Reason]) -> None:
        await opened.put(None)

    async with open_stand(tmp_path) as stand:
        jazz = stand.world.add_chat("Jazz", username="jazz")
        async with running(stand.store, go_on, stand.access) as accounts:
            await opened.get()
            stand.cluster.revoke(stand.user)
            await stand.sign_in(stand.user)
            await opened.get()

            assert jazz.marked_id == (await accounts.chat("@jazz")).id


async def test_f02_a_flood_is_not_waited_for_once_another_account_has_come(store: Store) -> None:
    """A start, or a new login of the same account, brings nobody who may ask sooner."""
    told: asyncio.Queue[Collection[Reason]] = asyncio.Queue()
    session = Session()
    session.set_dc(2, "127.0.0.1", 1)
    await store.accounts.save(Account(5, "Olga", AccountState.READY), session.dump())
    async with running(store, told.put):
        over = [await told.get()]
        for number in (5, 6):
            await store.accounts.save(Account(number, "A", AccountState.READY), session.dump())
            over.append(await told.get())

    assert [{Reason.LOGIN}, {Reason.LOGIN}, {Reason.LOGIN, Reason.FLOOD}] == over


async def test_the_floods_of_an_account_are_remembered_when_another_logs_in(store: Store) -> None:
    opened: asyncio.Queue[None] = asyncio.Queue()

    async def go_on(_: Collection[Reason]) -> None:
        await opened.put(None)

    session = Session()
    session.set_dc(2, "127.0.0.1", 1)
    await store.accounts.save(Account(5, "Olga", AccountState.READY), session.dump())
    async with running(store, go_on) as accounts:
        assert [5] == [one.account_id for one in await accounts.standings()]
        await opened.get()
        accounts._conducts.of(5).flooded(Call.FILES, ThrottledError(timedelta(seconds=40)))
        await store.accounts.save(Account(6, "Nils", AccountState.READY), session.dump())
        await opened.get()
        olga, nils = await accounts.standings()

    assert (1, 0) == (olga.floods_last_hour, nils.floods_last_hour)
    assert timedelta(seconds=40) == olga.waited_last_day


async def test_how_accounts_stand_is_told_before_they_are_open_and_after(store: Store) -> None:
    opened = asyncio.Event()

    async def go_on(_: Collection[Reason]) -> None:
        opened.set()

    session = Session()
    session.set_dc(2, "127.0.0.1", 1)
    await store.accounts.save(Account(5, "Olga", AccountState.READY), session.dump())
    await store.accounts.save(Account(6, "Boris", AccountState.BANNED), b"")
    expected = [
        Standing(5, "Olga", AccountState.READY),
        Standing(6, "Boris", AccountState.BANNED),
    ]
    assert expected == await Accounts(NOWHERE, store, Clock()).standings()

    async with running(store, go_on) as accounts:
        await opened.wait()
        assert expected == await accounts.standings()


async def test_without_an_account_nothing_is_handed_over(store: Store, tmp_path: Path) -> None:
    async def go_on(_: Collection[Reason]) -> None:
        pass

    [track] = await library.put(store, tmp_path / "music", "Long.mp3")
    async with running(store, go_on) as accounts:
        with pytest.raises(AccountLostError):
            await accounts.hand_over(track, Address(700, "loader_bot", ""))
