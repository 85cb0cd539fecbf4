from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from downloader.clock import Clock, steady_clock
from tests.downloader.scripted import START


async def test_the_real_clock_is_in_utc_and_goes_forward() -> None:
    clock = Clock()
    before = clock.monotonic()
    await clock.sleep(0)

    assert UTC is clock.now().tzinfo
    assert clock.monotonic() >= before


@pytest.mark.parametrize(
    "jump", [timedelta(days=365), timedelta(days=-365), timedelta(hours=1), timedelta(hours=-1)]
)
def test_f46_a_wait_lasts_as_long_however_the_wall_clock_is_set(jump: timedelta) -> None:
    wall, seconds = [START], [100.0]
    clock = steady_clock(lambda: wall[0], lambda: seconds[0])
    until = clock.now() + timedelta(seconds=34)
    wall[0] += jump

    seconds[0] += 33.9
    assert clock.now() < until
    seconds[0] += 0.1
    assert clock.now() == until
    assert START + jump == clock.on_the_wall()


def test_a_clock_that_nobody_sets_shows_one_time() -> None:
    assert START == Clock(lambda: START).on_the_wall()


async def test_the_real_steady_clock_begins_with_the_time_on_the_wall() -> None:
    clock = steady_clock()

    assert abs(clock.now() - clock.on_the_wall()) < timedelta(minutes=1)
    assert UTC is clock.now().tzinfo
