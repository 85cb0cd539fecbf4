from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downloader.bucket import Bucket, Rate
from tests.downloader.scripted import OwnedTime

TEN = Rate(most=10, least=1)


async def take_all(bucket: Bucket, time: OwnedTime, count: int) -> float:
    """Take so many tokens one by one; return how many seconds that took."""
    begun = time.seconds
    async with time.passing():
        for _ in range(count):
            await bucket.take()
    return time.seconds - begun


async def test_what_was_saved_up_comes_at_once_and_then_so_many_a_second() -> None:
    time = OwnedTime()
    bucket = Bucket(TEN, time.clock)

    assert 0 == await take_all(bucket, time, 10)
    assert 5 == pytest.approx(await take_all(bucket, time, 50))


async def test_no_more_is_saved_up_than_fits() -> None:
    time = OwnedTime()
    bucket = Bucket(TEN, time.clock)
    time.advance(1000)
    await take_all(bucket, time, 10)

    assert 1 == pytest.approx(await take_all(bucket, time, 10))


async def test_whoever_comes_first_is_served_first_though_the_next_wants_less() -> None:
    time = OwnedTime()
    bucket = Bucket(TEN, time.clock)
    served: list[str] = []

    async def take(name: str, count: float) -> None:
        await bucket.take(count)
        served.append(name)

    await bucket.take(10)
    async with time.passing(), asyncio.TaskGroup() as group:
        for name, count in (("much", 8.0), ("little", 1.0), ("last", 4.0)):
            group.create_task(take(name, count))

    assert ["much", "little", "last"] == served


async def test_whoever_gives_up_takes_nothing_and_holds_nobody_up() -> None:
    time = OwnedTime()
    bucket = Bucket(TEN, time.clock)
    await bucket.take(10)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(bucket.take(9))
        await time.someone_sleeps()
        waiting.cancel()
    delay = bucket.delay

    assert 0.1 == pytest.approx(delay)
    assert 0.1 == pytest.approx(await take_all(bucket, time, 1))


async def test_more_than_fits_is_lent_and_the_next_one_waits_for_it() -> None:
    time = OwnedTime()
    bucket = Bucket(TEN, time.clock)
    await bucket.take(30)

    assert 2.1 == pytest.approx(await take_all(bucket, time, 1))


async def test_the_delay_counts_everybody_in_the_line() -> None:
    time = OwnedTime()
    bucket = Bucket(TEN, time.clock)
    await bucket.take(10)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(bucket.take()) for _ in range(20)]
        await time.someone_sleeps()

        assert 2.1 == pytest.approx(bucket.delay)
        for task in tasks:
            task.cancel()


async def test_a_flood_halves_what_was_used_and_it_comes_back_in_minutes() -> None:
    time = OwnedTime()
    bucket = Bucket(Rate(most=10, least=1), time.clock)
    for _ in range(100):
        time.advance(0.2)
        await bucket.take()
    bucket.slow_down()
    rates = []
    for _ in range(12):
        rates.append(bucket.per_second)
        time.advance(60)

    assert 2.5 == pytest.approx(rates[0], rel=0.1)
    steps = [after - before for before, after in pairwise(rates[:10])]
    assert steps == pytest.approx([rates[0] / 10] * 9)
    assert [10, 10] == rates[10:]


async def test_one_flood_in_a_quiet_hour_does_not_stop_everything() -> None:
    time = OwnedTime()
    bucket = Bucket(Rate(most=100, least=1), time.clock)
    time.advance(3600)
    bucket.slow_down()

    assert 12.5 == bucket.per_second


async def test_floods_never_bring_it_below_the_least_nor_pauses_above_the_most() -> None:
    time = OwnedTime()
    bucket = Bucket(TEN, time.clock)
    for _ in range(20):
        bucket.slow_down()
        time.advance(1)

    assert 1 == pytest.approx(bucket.per_second, rel=0.01)
    time.advance(10_000)
    assert 10 == bucket.per_second


async def test_a_flood_takes_away_what_was_saved_up() -> None:
    time = OwnedTime()
    bucket = Bucket(Rate(most=2, least=0.2, burst=15), time.clock)
    bucket.slow_down()

    assert await take_all(bucket, time, 5) > 3


@given(
    takes=st.lists(st.tuples(st.floats(0, 3), st.floats(0.1, 12)), min_size=1, max_size=40),
    unused=st.lists(st.floats(0, 1), min_size=40, max_size=40),
    rate=st.floats(0.5, 50),
    burst=st.floats(0.1, 5),
)
def test_no_stretch_of_time_brings_more_than_a_full_bucket_and_the_rate(
    takes: list[tuple[float, float]], unused: list[float], rate: float, burst: float
) -> None:
    time = OwnedTime()
    size = max(1.0, rate * burst)

    async def play() -> list[tuple[float, float]]:
        bucket = Bucket(Rate(rate, rate, burst), time.clock)
        used = []
        async with time.passing():
            for (pause, wanted), share in zip(takes, unused, strict=False):
                time.advance(pause)
                count = min(wanted, size)
                await bucket.take(count)
                bucket.give_back(count * share)
                used.append((time.seconds, count * (1 - share)))
        return used

    used = asyncio.run(play())
    for first, (begin, _) in enumerate(used):
        for last in range(first, len(used)):
            took = sum(count for _, count in used[first : last + 1])
            assert took <= size + rate * (used[last][0] - begin) + 1e-3
