from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from downloader.hours import Hours

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = Hours(time(2), time(6), BERLIN)
LATE = Hours(time(22, 30), time(6), BERLIN)

ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Berlin",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",  # puts its clocks forward by half an hour
        "Pacific/Apia",  # left a whole day out
        "America/Sao_Paulo",
    )
]
MOMENTS = st.integers(0, 20 * 366 * 24 * 3600).map(
    lambda seconds: datetime(2010, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


def berlin(*fields: int, fold: int = 0) -> datetime:
    return datetime(*fields, tzinfo=BERLIN, fold=fold).astimezone(UTC)  # type: ignore[arg-type,misc]  # mypy takes them for tzinfo


@pytest.mark.parametrize(
    ("hours", "clock", "are_open"),
    [
        (NIGHT, time(1, 59, 59), False),
        (NIGHT, time(2), True),
        (NIGHT, time(5, 59, 59), True),
        (NIGHT, time(6), False),
        (LATE, time(22, 29), False),
        (LATE, time(22, 30), True),
        (LATE, time(0), True),
        (LATE, time(5, 59), True),
        (LATE, time(6), False),
        (Hours(time(22), time(0), BERLIN), time(23, 59), True),
        (Hours(time(22), time(0), BERLIN), time(0), False),
        (Hours(time(0), time(6), BERLIN), time(0), True),
    ],
)
def test_they_begin_and_end_to_the_second(hours: Hours, clock: time, are_open: bool) -> None:
    now = datetime.combine(date(2026, 7, 1), clock, BERLIN)

    assert are_open == hours.are_open(now)


def test_the_next_opening_is_today_or_tomorrow() -> None:
    assert berlin(2026, 7, 1, 2) == NIGHT.open_at(berlin(2026, 7, 1, 1))
    assert berlin(2026, 7, 2, 2) == NIGHT.open_at(berlin(2026, 7, 1, 7))
    assert berlin(2026, 7, 1, 22, 30) == LATE.open_at(berlin(2026, 7, 1, 6))


def test_an_opening_reads_as_the_clock_on_the_wall() -> None:
    opening = NIGHT.open_at(berlin(2026, 1, 5, 12))

    assert "02:00" == f"{NIGHT.local(opening):%H:%M}"
    assert datetime(2026, 1, 6, 1, tzinfo=UTC) == opening


def test_in_spring_they_lose_the_hour_that_the_clock_skips() -> None:
    """On 29 March 2026 it is 3 o'clock right after 1:59."""
    assert not NIGHT.are_open(berlin(2026, 3, 29, 1, 59))
    assert NIGHT.are_open(berlin(2026, 3, 29, 3))
    assert datetime(2026, 3, 29, 1, tzinfo=UTC) == NIGHT.open_at(berlin(2026, 3, 29, 0))
    skipped = Hours(time(2), time(3), BERLIN)
    assert berlin(2026, 3, 30, 2) == skipped.open_at(berlin(2026, 3, 29, 0))


def test_in_autumn_the_hour_that_comes_twice_is_one_long_hour() -> None:
    """On 25 October 2026 it is 2 o'clock an hour after it was 2 o'clock."""
    short = Hours(time(1), time(2, 30), BERLIN)
    first, second = berlin(2026, 10, 25, 2, 15), berlin(2026, 10, 25, 2, 15, fold=1)

    assert timedelta(hours=1) == second - first
    assert NIGHT.are_open(first)
    assert NIGHT.are_open(second)
    assert short.are_open(first)
    assert not short.are_open(second)  # they do not open a second time that night


def test_without_a_zone_they_are_of_the_machine() -> None:
    hours = Hours(time(2), time(6))
    now = datetime(2026, 7, 1, 3).astimezone()

    assert hours.are_open(now)
    assert not hours.are_open(now + timedelta(hours=4))


@st.composite
def some_hours(draw: st.DrawFn) -> Hours:
    clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
    start, end = draw(clocks), draw(clocks)
    assume(start != end)
    return Hours(start, end, draw(st.sampled_from(ZONES)))


@given(hours=some_hours(), now=MOMENTS)
def test_they_open_when_they_said_and_not_before(hours: Hours, now: datetime) -> None:
    opening = hours.open_at(now)

    assert now < opening <= now + timedelta(days=3)
    assert hours.are_open(opening)
    # Unless one day's hours begin where the last day's end, which only a jump can bring about.
    was_open = hours.are_open(opening - timedelta(microseconds=1))
    assert not was_open or hours.local(opening).utcoffset() != hours.local(now).utcoffset()


@given(hours=some_hours(), now=MOMENTS)
def test_they_are_open_where_the_clock_shows_them_but_for_jumps(
    hours: Hours, now: datetime
) -> None:
    local = hours.local(now)
    day = timedelta(days=1)
    assume(local.utcoffset() == hours.local(now - day).utcoffset())
    assume(local.utcoffset() == hours.local(now + day).utcoffset())
    clock = local.time()
    shown = (
        hours.start <= clock < hours.end
        if hours.start < hours.end
        else clock >= hours.start or clock < hours.end
    )

    assert shown == hours.are_open(now)


@given(hours=some_hours(), now=MOMENTS)
def test_while_they_are_shut_nothing_opens_before_the_next_opening(
    hours: Hours, now: datetime
) -> None:
    assume(not hours.are_open(now))
    opening = hours.open_at(now)
    step = (opening - now) / 20

    assert not any(hours.are_open(now + step * number) for number in range(20))
