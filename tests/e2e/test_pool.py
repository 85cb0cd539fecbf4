"""Two accounts: who fetches what, who takes over from whom, and who rests until when."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from telethon.crypto import AuthKey

from downloader.clock import Clock
from downloader.telegram.session import Session
from sandbox.botapi.person import Person
from sandbox.faults import Faults, Rule
from sandbox.stage import HOME_DC, Stage
from sandbox.world import Chat, World
from storage.models import Account, AccountState, JobState
from storage.states import ACTIVE_ITEMS
from storage.store import Store, open_store
from tests.e2e.journey import (
    PATIENCE,
    add_jazz,
    digests,
    documents,
    files_below,
    hurried,
    parts_below,
    running,
)

PART = "upload.getFile"
MIB = 1 << 20


class Leaping:
    """A clock that hurries, and leaps when it is told to: whoever sleeps wakes up early then."""

    def __init__(self) -> None:
        self._leapt = 0.0
        self._hurried = hurried()
        self.clock = Clock(self._now, self._monotonic, self._sleep)

    def leap(self, over: timedelta) -> None:
        self._leapt += over.total_seconds()

    def _now(self) -> datetime:
        return self._hurried.now() + timedelta(seconds=self._leapt)

    def _monotonic(self) -> float:
        return self._hurried.monotonic() + self._leapt

    async def _sleep(self, seconds: float) -> None:
        due = self._monotonic() + seconds
        while (left := due - self._monotonic()) > 0:
            await self._hurried.sleep(min(left, 1))


class Asked:
    """Counts the parts that each account is asked for."""

    def __init__(self, faults: Faults) -> None:
        self.parts: Counter[int] = Counter()
        self._faults = faults

    def of(self, account: Account) -> None:
        def count(_request: Any) -> bool:
            self.parts[account.id] += 1
            return False

        self._faults.add(Rule(PART, account=account.id, when=count, times=None))


@pytest.fixture
def jazz(world: World) -> Chat:
    return add_jazz(world, size=MIB)


@pytest.fixture
async def second(stage: Stage, world: World, account: Account, data: Path, music: Path) -> Account:
    """Another account, signed in beside the owner's."""
    friend = world.add_user("Friend")
    session = Session()
    session.set_dc(HOME_DC, *stage.cluster.address(HOME_DC))
    session.auth_key = AuthKey(stage.cluster.mint_key(friend, HOME_DC))
    signed_in = Account(friend.id, friend.first_name, AccountState.READY)
    async with open_store(data, music) as store:
        await store.accounts.save(signed_in, session.dump())
    return signed_in


@pytest.fixture
def asked(stage: Stage, account: Account, second: Account) -> Asked:
    asked = Asked(stage.faults)
    for one in (account, second):
        asked.of(one)
    return asked


async def says(person: Person, *words: str) -> None:
    await person.until(lambda shown: all(word in shown.text for word in words), within=PATIENCE)


async def nothing_is_under_way(store: Store) -> None:
    """Return when everything waits: who is told of a wait must note it before time leaps."""
    while {one.state for one in await store.items.of_job(1)} & ACTIVE_ITEMS:  # noqa: ASYNC110  # no news is news
        await asyncio.sleep(0.02)


async def test_f01_an_account_that_is_throttled_amid_its_files_hands_them_over(
    stage: Stage,
    person: Person,
    account: Account,
    second: Account,
    asked: Asked,
    jazz: Chat,
    data: Path,
    music: Path,
) -> None:
    flood = Rule(PART, error=(420, "FLOOD_WAIT_40000"), account=account.id, skip=3, times=None)
    stage.faults.add(flood)
    async with running(stage, data, music, clock=hurried()) as app:
        person.send("/download @jazz 6")
        await says(person, "✅", "6 downloaded")
        rests = {one.id: one.rests_until for one in await app.store.accounts.all()}
        now = hurried().now()

    assert flood.hits
    assert digests(documents(jazz)[-6:]) == sorted(files_below(music).values())
    assert [] == parts_below(music)
    assert asked.parts[account.id] >= 3
    assert asked.parts[second.id] >= 6
    assert rests[second.id] is None
    assert (rests[account.id] or now) > now + timedelta(hours=1)

    # The next start asks nothing of the one that rests.
    before, hits = asked.parts[account.id], flood.hits
    async with running(stage, data, music, clock=hurried()) as app:
        person.send("/download @jazz 12")
        await says(person, "✅", "6 downloaded", "6 already in the library")
        [_, job] = await app.store.jobs.every()

    assert JobState.DONE is job.state
    assert digests(documents(jazz)) == sorted(files_below(music).values())
    assert (before, hits) == (asked.parts[account.id], flood.hits)


@pytest.mark.usefixtures("asked")
async def test_f02_when_both_rest_the_board_says_until_when_and_it_goes_on(
    stage: Stage, person: Person, jazz: Chat, data: Path, music: Path
) -> None:
    time = Leaping()
    floods = [
        stage.faults.add(Rule(PART, error=(420, "FLOOD_WAIT_9000"), account=account.id, skip=1))
        for account in stage.world.users.values()
    ]
    async with running(stage, data, music, clock=time.clock) as app:
        person.send("/download @jazz 6")
        await says(person, "wait: Telegram asks for a pause. It continues")
        await nothing_is_under_way(app.store)
        time.leap(timedelta(hours=3))
        await says(person, "✅", "6 downloaded")
        attempts = {item.attempts for item in await app.store.items.of_job(1)}

    assert sum(flood.hits for flood in floods) >= 2
    assert {0} == attempts
    assert digests(documents(jazz)[-6:]) == sorted(files_below(music).values())


@pytest.mark.usefixtures("account")
async def test_outside_the_hours_a_job_is_planned_and_waits_for_them(
    stage: Stage, person: Person, jazz: Chat, data: Path, music: Path
) -> None:
    time = Leaping()
    opening = (time.clock.now() + timedelta(hours=3)).replace(second=0, microsecond=0)
    hours = f"{opening:%H:%M}-{opening + timedelta(hours=9):%H:%M}"
    async with running(
        stage, data, music, clock=time.clock, fetch_between=hours, time_zone="UTC", pace="gentle"
    ):
        person.send("/download @jazz 4")
        words = f"outside the hours for downloads. It continues at {opening:%H:%M}."
        await says(person, "0 of 4", words)
        assert 0 == stage.cluster.counters.of(PART)
        time.leap(timedelta(hours=3))
        await says(person, "✅", "4 downloaded")

    assert digests(documents(jazz)[-4:]) == sorted(files_below(music).values())
