from __future__ import annotations

from datetime import timedelta

from downloader.floods import Floods
from tests.downloader.scripted import OwnedTime

HALF_A_MINUTE = timedelta(seconds=30)


def test_floods_are_counted_for_an_hour_and_for_a_day() -> None:
    time = OwnedTime()
    floods = Floods(time.clock)
    for _ in range(30):
        floods.note(HALF_A_MINUTE)
        time.advance(3600)

    assert (0, 23) == (floods.last_hour, floods.last_day)
    assert 23 * HALF_A_MINUTE == floods.waited
    time.advance(-1)
    assert (1, 24) == (floods.last_hour, floods.last_day)


def test_what_was_in_flight_together_is_one_flood_and_the_longest_wait_counts() -> None:
    time = OwnedTime()
    floods = Floods(time.clock)
    told = []
    for seconds in (3, 9, 5):
        told.append(floods.note(timedelta(seconds=seconds)))
        time.advance(0.3)

    assert [True, False, False] == told
    assert 1 == floods.last_hour
    assert timedelta(seconds=9) == floods.waited


def test_it_keeps_no_more_than_a_day() -> None:
    time = OwnedTime()
    floods = Floods(time.clock)
    for _ in range(2000):
        floods.note(HALF_A_MINUTE)
        time.advance(100)

    assert 864 == len(floods._floods)
