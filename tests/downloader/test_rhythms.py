from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downloader.rhythms import is_cron, midnight, next_run
from storage.watch import Rhythm, Rules

BERLIN = ZoneInfo("Europe/Berlin")
DAILY = Rules(Rhythm(daily=time(2, 30)))
HOURLY = Rules(Rhythm(cron="30 * * * *"))


def moments(rules: Rules, after: str, count: int, zone: ZoneInfo = BERLIN) -> list[str]:
    """Return the next moments as the clock on the wall shows them."""
    moment, found = datetime.fromisoformat(after).replace(tzinfo=zone), []
    for _ in range(count):
        moment = next_run(rules, moment, zone)
        found.append(f"{moment.astimezone(zone):%m-%d %H:%M%z}")
    return found


def test_a_span_is_counted_from_the_last_look() -> None:
    rules = Rules(Rhythm(every=timedelta(hours=6)))

    assert ["05-04 18:10+0200", "05-05 00:10+0200"] == moments(rules, "2026-05-04 12:10", 2)


def test_a_time_that_the_clock_skips_comes_an_hour_later_that_day() -> None:
    expected = ["03-28 02:30+0100", "03-29 03:30+0200", "03-30 02:30+0200"]

    assert expected == moments(DAILY, "2026-03-28 00:00", 3)


def test_a_time_that_comes_twice_counts_once() -> None:
    expected = ["10-25 02:30+0200", "10-26 02:30+0100"]

    assert expected == moments(DAILY, "2026-10-24 12:00", 2)
    assert expected == moments(Rules(Rhythm(cron="30 2 * * *")), "2026-10-24 12:00", 2)


def test_what_goes_by_hours_goes_by_both_of_an_hour_that_comes_twice() -> None:
    expected = ["10-25 01:30+0200", "10-25 02:30+0200", "10-25 02:30+0100", "10-25 03:30+0100"]

    assert expected == moments(HOURLY, "2026-10-25 01:00", 4)


def test_weekdays_are_those_of_crontabs() -> None:
    sundays = moments(Rules(Rhythm(cron="0 9 * * 0")), "2026-05-04 12:00", 2)
    working = moments(Rules(Rhythm(cron="0 9 * * 1-5")), "2026-05-08 12:00", 2)

    assert ["05-10 09:00+0200", "05-17 09:00+0200"] == sundays
    assert ["05-11 09:00+0200", "05-12 09:00+0200"] == working
    assert sundays == moments(Rules(Rhythm(cron="0 9 * * 7")), "2026-05-04 12:00", 2)


def test_outside_the_hours_it_waits_until_they_begin() -> None:
    rules = Rules(Rhythm(every=timedelta(hours=1)), hours=(time(2), time(3)))

    assert ["05-05 02:00+0200", "05-06 02:00+0200"] == moments(rules, "2026-05-04 12:10", 2)


@pytest.mark.parametrize("text", ["", "x", "* * *", "61 * * * *", "0 0 31 2 *", "* * * * 9"])
def test_row45_what_is_no_crontab_or_never_comes_is_refused(text: str) -> None:
    assert not is_cron(text)


def test_the_day_begins_by_the_clock_on_the_wall() -> None:
    assert datetime(2026, 5, 3, 22, tzinfo=UTC) == midnight(
        datetime(2026, 5, 4, 12, tzinfo=UTC), BERLIN
    )


@given(
    st.integers(0, 6 * 365 * 24 * 60),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_every_day_has_one_run_whatever_the_clock_does(minutes: int, at: time, name: str) -> None:
    zone, rules = ZoneInfo(name), Rules(Rhythm(daily=at))
    moment, found = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes), []
    for _ in range(5):
        moment = next_run(rules, moment, zone)
        found.append(moment)

    days = [one.astimezone(zone).date() for one in found]
    assert all(next_day - day == timedelta(days=1) for day, next_day in pairwise(days))


def test_midnight_of_another_day_is_met_though_the_clock_is_put_forward_before() -> None:
    zone = ZoneInfo("Europe/Berlin")
    rules = Rules(Rhythm(cron="0 0 1,15 * *"))
    before = datetime(2026, 3, 25, 12, tzinfo=UTC)

    assert datetime(2026, 3, 31, 22, tzinfo=UTC) == next_run(rules, before, zone)
