from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downloader.meter import Meter
from tests.downloader.scripted import OwnedTime


def test_what_comes_steadily_is_measured_as_it_is() -> None:
    time = OwnedTime()
    meter = Meter(time.clock)
    for _ in range(300):
        time.advance(0.1)
        meter.add()

    assert 10 == pytest.approx(meter.per_second(), rel=0.02)


def test_what_comes_at_once_is_spread_over_a_second() -> None:
    meter = Meter(OwnedTime().clock)
    meter.add(30)

    assert 30 == meter.per_second()


def test_what_is_long_ago_does_not_count() -> None:
    time = OwnedTime()
    meter = Meter(time.clock)
    meter.add(1000)
    time.advance(20)

    assert 0 == meter.per_second()


@given(waits=st.lists(st.floats(0.01, 30), min_size=1, max_size=60), rate=st.floats(0.1, 1000))
def test_it_never_tells_more_than_came_and_forgets_all_but_twenty_seconds(
    waits: list[float], rate: float
) -> None:
    time = OwnedTime()
    meter = Meter(time.clock)
    arrivals = []
    for wait in waits:
        time.advance(wait)
        meter.add(rate * wait)
        arrivals.append((time.seconds, rate * wait))
    recent = sum(count for at, count in arrivals if at > time.seconds - 20)

    assert meter.per_second() <= recent + 1e-6
