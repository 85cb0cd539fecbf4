"""What Telegram tells an account to wait while it reads, and who keeps to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta

import pytest
from telethon.tl.functions.help import GetNearestDcRequest
from telethon.tl.functions.users import GetUsersRequest
from telethon.tl.types import InputUserSelf

from downloader.conduct import Conduct
from downloader.errors import ThrottledError
from downloader.lending import Call
from downloader.manners import MANNERS, Temper
from downloader.telegram.client import Client
from downloader.telegram.session import Session
from sandbox.faults import Rule
from tests.downloader.scripted import OwnedTime
from tests.downloader.telegram.stand import Stand

ME = GetUsersRequest([InputUserSelf()])
NEAREST = "help.getNearestDc"


@asynccontextmanager
async def client_of(stand: Stand, time: OwnedTime) -> AsyncIterator[Client]:
    session = Session.load(await stand.store.accounts.session(stand.user.id))
    conduct = Conduct(stand.user.id, MANNERS[Temper.NORMAL], time.clock)
    async with aclosing(Client(stand.access, session, stand.patience, conduct)) as client:
        await client.ready()
        yield client


def flood(stand: Stand, wait: int, times: int | None = 1) -> Rule:
    return stand.faults.add(Rule(NEAREST, error=(420, f"FLOOD_WAIT_{wait}"), times=times))


async def test_f01_a_brief_flood_is_sat_out_by_all_who_ask(stand: Stand) -> None:
    time = OwnedTime()
    async with client_of(stand, time) as client:
        flood(stand, 4)
        before = stand.cluster.counters.of("users.getUsers")
        async with asyncio.TaskGroup() as tasks:
            first = tasks.create_task(client.ask(GetNearestDcRequest()))
            await time.someone_sleeps()
            second = tasks.create_task(client.ask(ME))
            await asyncio.sleep(0)
            assert before == stand.cluster.counters.of("users.getUsers")
            tasks.create_task(pass_by(time, first, second))

        assert first.result()
        assert second.result()
    assert [4.0, 4.0] == time.slept[:2]


async def pass_by(time: OwnedTime, *tasks: asyncio.Task[object]) -> None:
    async with time.passing():
        await asyncio.wait(tasks)


async def test_f01_a_brief_flood_that_comes_again_and_again_is_told(stand: Stand) -> None:
    time = OwnedTime()
    async with client_of(stand, time) as client, time.passing():
        rule = flood(stand, 3, times=None)
        with pytest.raises(ThrottledError) as caught:
            await client.ask(GetNearestDcRequest())

    assert caught.value.of_reading
    assert rule.hits == 4


async def test_f01_a_flood_of_file_requests_keeps_nobody_from_reading(stand: Stand) -> None:
    time = OwnedTime()
    async with client_of(stand, time) as client:
        flood(stand, 40)
        with pytest.raises(ThrottledError):
            await client.ask(GetNearestDcRequest(), Call.FILES)

        assert await client.ask(ME)
        with pytest.raises(ThrottledError):
            await client.ask(GetNearestDcRequest(), Call.FILES)


async def test_f02_a_long_flood_is_told_to_all_who_ask_until_it_is_over(stand: Stand) -> None:
    time = OwnedTime()
    async with client_of(stand, time) as client:
        rule = flood(stand, 300)
        with pytest.raises(ThrottledError):
            await client.ask(GetNearestDcRequest())
        time.advance(100)
        with pytest.raises(ThrottledError) as caught:
            await client.ask(ME)
        assert caught.value.wait == timedelta(seconds=200)
        assert caught.value.of_reading
        time.advance(200)

        assert await client.ask(GetNearestDcRequest())
    assert rule.hits == 1
    assert [] == time.slept


async def test_f01_a_flood_while_connecting_counts_like_any_other(stand: Stand) -> None:
    time = OwnedTime()
    async with client_of(stand, time) as client:
        await client._disconnect_all()
        stand.faults.add(Rule("help.getConfig", error=(420, "FLOOD_WAIT_70")))
        for _ in range(2):
            with pytest.raises(ThrottledError):
                await client.ask(ME)
        time.advance(70)

        assert await client.ask(ME)
