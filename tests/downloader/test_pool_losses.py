"""What the pool learns of its accounts from what goes wrong, and what it stores of that."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from downloader.errors import (
    AccountLostError,
    CentreThrottledError,
    ChatUnavailableError,
    ServerTroubleError,
    ThrottledError,
)
from downloader.lending import Call
from downloader.pool import Pool
from storage.accounts import Accounts
from storage.errors import DatabaseBusyError
from storage.models import Account, AccountState, Reason
from storage.store import Store
from tests.downloader.scripted import JAZZ
from tests.downloader.two import MIB, SONGS, Two, part

HOUR = timedelta(hours=1)


class Held(Accounts):
    """Cannot be written the first time."""

    is_held = True

    async def move(
        self,
        account_id: int,
        state: AccountState,
        rests_until: datetime | None = None,
        *,
        login: int | None = None,
    ) -> None:
        if self.is_held:
            self.is_held = False
            raise DatabaseBusyError(self._database._path)
        await super().move(account_id, state, rests_until=rests_until, login=login)


async def joined(store: Store) -> None:
    for number in (1, 2):
        await store.accounts.save(Account(number, "A", AccountState.READY), b"")


async def test_f16_a_loss_that_could_not_be_stored_is_stored_later(store: Store) -> None:
    await joined(store)
    held = Held(store.accounts._database, store.accounts._vault, store.journal)
    two = Two(replace(store, accounts=held))
    two.first.script("open", AccountLostError("SESSION_REVOKED"))
    with pytest.raises(DatabaseBusyError):
        await two.pool.open(SONGS[0])
    await two.pool.open(SONGS[0])

    assert AccountState.NEEDS_LOGIN is (await two.account(1)).state


async def test_f16_the_loss_of_a_session_leaves_a_login_after_it_alone(store: Store) -> None:
    await joined(store)
    two = Two(store)
    logins = await store.accounts.logins()
    pool = Pool([two.first, two.second], store, two.time.clock, logins=logins)
    for source in (two.first, two.second):
        source.script("open", AccountLostError("SESSION_REVOKED"))
    await store.accounts.save(Account(1, "A", AccountState.READY), b"")
    with pytest.raises(AccountLostError):
        await pool.open(SONGS[0])

    assert {1} == (await store.accounts.logins()).keys()


async def test_f02_a_flood_goes_on_over_a_loss_and_a_login(store: Store) -> None:
    await joined(store)
    two = Two(store)
    pool = Pool([two.first], store, two.time.clock)
    two.first.script("chat", ThrottledError(20 * HOUR))
    with pytest.raises(ThrottledError):
        await pool.chat("@jazz")
    await pool.lose(pool._members[0], AccountLostError("SESSION_REVOKED"))
    await store.accounts.save(Account(1, "A", AccountState.READY), b"anew")

    with pytest.raises(ThrottledError):
        await Pool([two.first], store, two.time.clock).chat("@jazz")
    assert 1 == two.first.count("chat")


async def test_f01_who_may_not_look_a_file_up_anew_rests_from_reading_alone(store: Store) -> None:
    await joined(store)
    two = Two(store)
    told = ThrottledError(HOUR)
    told.of_reading = True
    two.first.script("part", told)
    await part(await two.pool.open(SONGS[0]), 0)
    [first, _] = await two.pool.standings()

    assert {Call.MESSAGES} == {rest.call for rest in first.rests}


async def test_f01_who_may_not_fetch_from_one_data_centre_hands_the_file_on_and_rests_from_nothing(
    store: Store,
) -> None:
    await joined(store)
    two = Two(store)
    two.first.script("turn", CentreThrottledError(HOUR))

    assert MIB == len(await part(await two.pool.open(SONGS[1]), 0))
    assert 1 == two.second.count("part")
    assert [(), ()] == [standing.rests for standing in await two.pool.standings()]


async def test_f02_a_data_centre_that_nobody_may_fetch_from_is_told(store: Store) -> None:
    await joined(store)
    two = Two(store)
    for source in (two.first, two.second):
        source.script("turn", CentreThrottledError(HOUR))
    file = await two.pool.open(SONGS[0])
    with pytest.raises(CentreThrottledError):
        await file.turn(MIB)
    assert [(), ()] == [standing.rests for standing in await two.pool.standings()]

    assert await file.turn(MIB)


async def test_f01_a_brief_wait_for_a_data_centre_is_sat_out(store: Store) -> None:
    await joined(store)
    two = Two(store)
    two.first.script("turn", CentreThrottledError(timedelta(seconds=3)))
    file = await two.pool.open(SONGS[0])
    with pytest.raises(CentreThrottledError):
        await file.turn(MIB)

    assert 0 == two.second.count("open")


async def test_f01_a_part_that_meets_it_puts_no_account_to_rest(store: Store) -> None:
    await joined(store)
    two = Two(store)
    two.first.script("part", CentreThrottledError(HOUR))

    assert await part(await two.pool.open(SONGS[0]), 0)
    assert [(), ()] == [standing.rests for standing in await two.pool.standings()]


async def test_f13_an_account_that_cannot_read_the_chat_is_not_asked_first_again(
    store: Store,
) -> None:
    """To find that out may have taken it a search through all its chats."""
    await joined(store)
    await store.chats.save(JAZZ)
    await store.chats.grant(1, JAZZ.id, 5)
    two = Two(store)
    two.second.script("open", ChatUnavailableError(Reason.CHAT_NOT_JOINED), times=99)
    two.first.script("open", ServerTroubleError("RPC_CALL_FAIL"))
    with pytest.raises(ServerTroubleError):
        await two.pool.open(SONGS[0])
    for _ in range(5):
        await two.pool.open(SONGS[0])

    assert 1 == two.second.count("open")
    two.time.advance(2 * HOUR.total_seconds())
    await two.pool.open(SONGS[0])
