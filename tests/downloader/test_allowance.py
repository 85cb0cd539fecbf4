from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downloader.allowance import Allowance
from downloader.errors import OutsideHoursError
from downloader.hours import Hours
from downloader.parts import LARGEST_REQUEST, PART
from tests.downloader.scripted import OwnedTime

MIB = 1 << 20
MB = 1_000_000
NIGHT = Hours(time(2), time(6), ZoneInfo("Europe/Berlin"))  # it is noon in UTC, 13 o'clock there


async def test_without_rules_everything_passes_at_once() -> None:
    allowance = Allowance(OwnedTime().clock)
    allowance.check()

    assert 10**12 == await allowance.take(10**12)


async def test_outside_the_hours_it_says_when_they_begin() -> None:
    time = OwnedTime()
    allowance = Allowance(time.clock, NIGHT)
    with pytest.raises(OutsideHoursError) as caught:
        await allowance.take(MIB)

    assert ("02:00", timedelta(hours=13)) == (caught.value.detail, caught.value.wait)
    time.advance(13 * 3600)
    assert MIB == await allowance.take(MIB)


async def test_whoever_waits_past_the_end_of_the_hours_gets_nothing() -> None:
    owned = OwnedTime()
    noon = Hours(time(11), time(12, 0, 30), ZoneInfo("UTC"))
    allowance = Allowance(owned.clock, noon, bandwidth=PART // 60)
    assert PART == await allowance.take(MIB)
    async with owned.passing():
        with pytest.raises(OutsideHoursError):
            await allowance.take(MIB)

    owned.advance(24 * 3600 - owned.seconds)
    assert PART == await allowance.take(MIB)


@pytest.mark.parametrize(
    ("bandwidth", "request_size"),
    [(10_000, PART), (100_000, PART), (MB, 2 * PART), (5 * MB, MIB), (500 * MB, MIB)],
)
async def test_requests_are_the_smaller_the_slower_it_may_come(
    bandwidth: int, request_size: int
) -> None:
    allowance = Allowance(OwnedTime().clock, bandwidth=bandwidth)

    assert request_size == await allowance.take(100 * MIB)


async def test_no_more_is_asked_for_than_is_left() -> None:
    assert 5 == await Allowance(OwnedTime().clock, bandwidth=MB).take(5)


async def test_what_was_not_asked_for_goes_to_others() -> None:
    time = OwnedTime()
    allowance = Allowance(time.clock, bandwidth=100_000)
    for _ in range(10):
        allowance.give_back(await allowance.take(MIB))

    assert [] == time.slept


async def test_a_pause_is_followed_by_no_burst_larger_than_one_request() -> None:
    time = OwnedTime()
    allowance = Allowance(time.clock, bandwidth=100_000)
    time.advance(10_000)
    await allowance.take(MIB)
    async with time.passing():
        await allowance.take(MIB)

    assert [PART / 100_000] == pytest.approx(time.slept)


async def test_everybody_gets_the_same() -> None:
    time = OwnedTime()
    allowance = Allowance(time.clock, bandwidth=MB)
    got: Counter[int] = Counter()

    async def pull(number: int) -> None:
        while time.seconds < 60:
            got[number] += await allowance.take(1000 * MIB if number else MIB)

    async with time.passing(), asyncio.TaskGroup() as group:
        for number in range(8):
            group.create_task(pull(number))

    assert max(got.values()) - min(got.values()) <= 2 * (2 * PART)  # two requests
    assert 60 * MB == pytest.approx(sum(got.values()), rel=0.05)


@given(
    bandwidth=st.integers(10_000, 20 * MB),
    wants=st.lists(st.tuples(st.floats(0, 20), st.integers(1, 10 * MIB)), min_size=1, max_size=30),
)
def test_no_stretch_of_time_brings_more_than_the_limit_and_one_request(
    bandwidth: int, wants: list[tuple[float, int]]
) -> None:
    time = OwnedTime()

    async def play() -> list[tuple[float, int]]:
        allowance = Allowance(time.clock, bandwidth=bandwidth)
        got = []
        async with time.passing():
            for pause, left in wants:
                time.advance(pause)
                got.append((0.0, await allowance.take(left)))
                got[-1] = (time.seconds, got[-1][1])
        return got

    got = asyncio.run(play())
    for first, (begin, _) in enumerate(got):
        for last in range(first, len(got)):
            came = sum(count for _, count in got[first : last + 1])
            assert came <= LARGEST_REQUEST + bandwidth * (got[last][0] - begin) + 1
    assert all(count <= LARGEST_REQUEST for _, count in got)


def test_the_noon_of_the_tests_is_outside_the_hours_of_the_tests() -> None:
    assert UTC == OwnedTime().now().tzinfo
    assert not NIGHT.are_open(OwnedTime().now())
