from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from downloader.conduct import Conduct, Conducts
from downloader.errors import ThrottledError
from downloader.lending import Call
from downloader.manners import MANNERS, Temper
from tests.downloader.scripted import OwnedTime

GENTLE = MANNERS[Temper.GENTLE]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def time() -> OwnedTime:
    return OwnedTime()


@pytest.fixture
def conduct(time: OwnedTime) -> Conduct:
    return Conduct(7, GENTLE, time.clock)


async def test_each_kind_of_call_has_its_own_pace(conduct: Conduct, time: OwnedTime) -> None:
    async with time.passing():
        for _ in range(20):
            await conduct.leave(Call.FILES)
        assert 0 == time.seconds
        for _ in range(12):
            await conduct.leave(Call.MESSAGES)

    assert 2 == pytest.approx(time.seconds)


async def test_a_flood_slows_down_the_calls_it_was_about_and_no_others(conduct: Conduct) -> None:
    conduct.flooded(Call.MESSAGES, ThrottledError(MINUTE))

    assert GENTLE.messages.most > conduct.per_second(Call.MESSAGES)
    assert GENTLE.files.most == conduct.per_second(Call.FILES)


async def test_floods_that_come_together_slow_down_once(conduct: Conduct) -> None:
    conduct.flooded(Call.FILES, ThrottledError(MINUTE))
    slowed = conduct.per_second(Call.FILES)
    for _ in range(7):
        conduct.flooded(Call.FILES, ThrottledError(MINUTE))

    assert slowed == conduct.per_second(Call.FILES)
    assert 1 == conduct.floods_last_hour


async def test_f03_the_speed_limit_without_premium_is_counted_and_slows_no_requests(
    conduct: Conduct,
) -> None:
    conduct.flooded(Call.FILES, ThrottledError(timedelta(seconds=3), premium=True))

    assert GENTLE.files.most == conduct.per_second(Call.FILES)
    assert 1 == conduct.floods_last_hour


async def test_the_budget_adds_up_both_kinds_of_call(conduct: Conduct, time: OwnedTime) -> None:
    conduct.flooded(Call.FILES, ThrottledError(MINUTE))
    conduct.flooded(Call.MESSAGES, ThrottledError(MINUTE * 2))
    time.advance(2 * 3600)
    conduct.flooded(Call.FILES, ThrottledError(MINUTE))

    assert (1, 3) == (conduct.floods_last_hour, conduct.floods_last_day)
    assert MINUTE * 4 == conduct.waited_last_day


async def test_nobody_waits_in_a_line_that_is_too_long(conduct: Conduct, time: OwnedTime) -> None:
    for _ in range(9):
        await conduct.leave(Call.MESSAGES)
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(conduct.leave(Call.MESSAGES)) for _ in range(41)]
        await time.someone_sleeps()
        with pytest.raises(ThrottledError) as caught:
            await conduct.leave(Call.MESSAGES)
        for task in waiting:
            task.cancel()

    assert timedelta(seconds=41) == caught.value.wait
    assert 0 == conduct.floods_last_hour


async def test_the_conduct_of_an_account_is_remembered(time: OwnedTime) -> None:
    conducts = Conducts(GENTLE, time.clock)
    conducts.of(1).flooded(Call.FILES, ThrottledError(MINUTE))

    assert (1, 0) == (conducts.of(1).floods_last_hour, conducts.of(2).floods_last_hour)
