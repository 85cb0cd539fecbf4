"""Turns that the pool gives: whose they are, when, and how many bytes they are for."""

from __future__ import annotations

import asyncio
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from downloader.allowance import Allowance
from downloader.errors import AccountLostError, OfflineError, OutsideHoursError, ThrottledError
from downloader.hours import Hours
from downloader.lending import Call
from downloader.parts import PART
from downloader.pool import Pool
from downloader.standing import Outage, Rest
from storage.models import Account, AccountState, ItemState, JobState, Reason, Request
from storage.store import Store
from tests.downloader.rig import open_rig
from tests.downloader.scripted import JAZZ, OwnedTime, ScriptedSource, song

MIB = 1 << 20
MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Hours(time(2), time(6), BERLIN)  # the tests begin at 13 o'clock there
BIG = song(1, size=6 * MIB)
OWN = song(2, size=6 * MIB, account=1)  # of a small group: only account 1 knows this number


class Two:
    """Two accounts and their pool."""

    def __init__(
        self, store: Store, hours: Hours | None = None, bandwidth: int | None = None
    ) -> None:
        self.store = store
        self.time = OwnedTime()
        self.first = ScriptedSource(BIG, OWN, account=1)
        self.second = ScriptedSource(BIG, OWN, account=2)
        self.allowance = Allowance(self.time.clock, hours, bandwidth)
        self.pool = Pool([self.first, self.second], store, self.time.clock, self.allowance)


@pytest.fixture
async def accounts(store: Store) -> Store:
    for number in (1, 2):
        await store.accounts.save(Account(number, f"A{number}", AccountState.READY), b"")
    return store


async def test_f02_a_posting_only_one_account_can_name_waits_for_it(accounts: Store) -> None:
    two = Two(accounts)
    file = await two.pool.open(OWN)
    two.first.script("part", ThrottledError(MINUTE * 5))
    turn = await file.turn(MIB)
    with pytest.raises(ThrottledError):
        await turn.part(0, MIB)
    turn.give_back()
    with pytest.raises(ThrottledError) as caught:
        await file.turn(MIB)

    assert MINUTE * 5 <= caught.value.wait < MINUTE * 5.1
    assert [] == two.second.asked
    two.time.advance(310)
    turn = await file.turn(MIB)
    assert two.first.bodies[OWN.document_id][:MIB] == bytes(await turn.part(0, MIB))


async def test_f16_a_posting_only_one_account_can_name_goes_with_it(accounts: Store) -> None:
    two = Two(accounts)
    file = await two.pool.open(OWN)
    two.first.script("part", AccountLostError("SESSION_REVOKED"))
    turn = await file.turn(MIB)
    with pytest.raises(AccountLostError):
        await turn.part(0, MIB)
    with pytest.raises(AccountLostError):
        await file.turn(MIB)

    assert [] == two.second.asked


async def test_a_list_of_a_small_group_is_never_continued_with_other_numbers(
    accounts: Store,
) -> None:
    two = Two(accounts)
    two.first.script("posting", ThrottledError(MINUTE * 5), skip=1)
    two.first.songs = [OWN, song(1, account=1)]
    listed = two.pool.audio(JAZZ, Request("@jazz", 9))
    first = await anext(listed)
    with pytest.raises(ThrottledError):
        await anext(listed)

    assert 2 == first.message_id
    assert 0 == two.second.count("audio")


async def test_no_turn_is_given_outside_the_hours_and_nothing_is_asked(accounts: Store) -> None:
    two = Two(accounts, NIGHT)
    with pytest.raises(OutsideHoursError):
        await two.pool.open(BIG)
    assert JAZZ == await two.pool.chat("@jazz")
    assert 2 == len([audio async for audio in two.pool.audio(JAZZ, Request("@jazz", 9))])

    assert 0 == two.first.count("open") + two.second.count("open")


async def test_a_turn_that_comes_after_the_hours_is_given_back(accounts: Store) -> None:
    two = Two(accounts, NIGHT)
    two.first.width = 1
    two.time.advance(16.9 * 3600)  # 5:54
    file = await two.pool.open(OWN)
    gate = asyncio.Event()
    late = two.first.script("turn", hold=gate)

    async def ask() -> None:
        with pytest.raises(OutsideHoursError):
            await file.turn(MIB)

    async with asyncio.TaskGroup() as group:
        group.create_task(ask())
        await late.reached.wait()
        two.time.advance(600)
        gate.set()

    two.time.advance(20 * 3600)
    (await file.turn(MIB)).give_back()


async def test_a_file_that_is_half_here_stops_when_the_hours_end(accounts: Store) -> None:
    two = Two(accounts, NIGHT)
    two.time.advance(16.9 * 3600)  # 5:54
    file = await two.pool.open(BIG)
    turn = await file.turn(MIB)
    two.time.advance(600)
    with pytest.raises(OutsideHoursError) as caught:
        await file.turn(MIB)

    assert "02:00" == caught.value.detail
    assert MIB == len(await turn.part(0, MIB))  # what was asked for is still taken


async def test_a_slow_limit_makes_small_turns_of_both_accounts(accounts: Store) -> None:
    two = Two(accounts, bandwidth=100_000)
    files = [await two.pool.open(BIG) for _ in range(2)]
    async with two.time.passing():
        for file in files * 4:
            turn = await file.turn(6 * MIB)
            # A turn may be for more; whoever asks is told how much to ask for.
            assert PART == len(await turn.part(0, min(PART, turn.limit)))
            turn.give_back()

    assert 7 * PART / 100_000 == pytest.approx(two.time.seconds)


async def test_bytes_that_no_turn_was_got_for_are_given_back(accounts: Store) -> None:
    two = Two(accounts, bandwidth=100_000)
    file = await two.pool.open(BIG)
    for source in (two.first, two.second):
        source.script("open", OfflineError(), times=99)
    two.pool._members[0].lost = two.pool._members[1].lost = True
    for _ in range(9):
        with pytest.raises(AccountLostError):
            await file.turn(MIB)

    assert [] == two.time.slept


async def test_items_wait_for_the_hours_and_then_all_come(tmp_path: Path) -> None:
    async with open_rig(tmp_path, ScriptedSource(BIG, song(3), song(4))) as rig:
        await rig.store.accounts.save(Account(1, "A", AccountState.READY), b"")
        allowance = Allowance(rig.time.clock, NIGHT)
        rig.build(Pool([rig.source], rig.store, rig.time.clock, allowance))
        async with rig.running():
            job = await rig.submit()
            item = await rig.item_is(job.id, ItemState.WAITING)
            states = set(await rig.states(job.id))

            assert (Reason.OUTSIDE_HOURS, "02:00", 0) == (item.reason, item.detail, item.attempts)
            assert item.until == NIGHT.open_at(rig.time.now())
            assert states <= {ItemState.WAITING, ItemState.QUEUED, ItemState.FETCHING}
            assert 0 == rig.source.count("open")
            async with rig.time.passing():
                assert JobState.DONE is (await rig.ended(job.id)).state

        assert rig.bodies() == sorted(rig.published().values())
        assert NIGHT.are_open(rig.time.now())


async def test_the_standings_tell_of_every_account(accounts: Store) -> None:
    two = Two(accounts)
    await accounts.accounts.save(Account(3, "A3", AccountState.NEEDS_LOGIN), b"")
    two.first.conduct.flooded(Call.FILES, ThrottledError(MINUTE))
    two.first.connections = 8
    two.second.outage = Outage(Reason.OFFLINE, timedelta(seconds=15))
    file = await two.pool.open(BIG)
    turns = [await file.turn(MIB) for _ in range(2)]
    await turns[0].part(0, MIB)
    first, second, third = await two.pool.standings()

    assert ("A1", 2, 1, 8) == (first.name, first.busy, first.files, first.connections)
    assert (1, 1, MINUTE) == (
        first.floods_last_hour, first.floods_last_day, first.waited_last_day,
    )  # fmt: skip
    assert MIB == first.speed
    until = two.time.now() + timedelta(seconds=15)
    assert (Rest(Call.FILES, until, Reason.OFFLINE),) == second.rests
    assert (AccountState.NEEDS_LOGIN, 0) == (third.state, third.busy)
    for turn in turns:
        turn.give_back()
    assert (0, 0) == ((await two.pool.standings())[0].busy, (await two.pool.standings())[0].files)
