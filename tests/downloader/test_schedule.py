from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from downloader.schedule import Schedule
from storage.watch import Rhythm

NIGHTLY = Schedule(Rhythm(daily=time(3)), keep=7)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 5, 5, 12, 0, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("newest", "due"),
    [
        (None, START + 10 * MINUTE),
        (START - 2 * DAY, START + 10 * MINUTE),  # it was missed
        (START - HOUR, START + 15 * HOUR),
        (START + 2 * DAY, START + 10 * MINUTE),  # of a clock that was put back
    ],
)
def test_the_next_is_due_after_the_newest_and_never_right_at_the_start(
    newest: datetime | None, due: datetime
) -> None:
    assert due == NIGHTLY.due(newest, START, START, UTC_ZONE)


def test_hours_are_those_of_the_time_zone() -> None:
    assert START + 13 * HOUR == NIGHTLY.due(START - HOUR, START, START, ZoneInfo("Europe/Berlin"))


def test_a_span_counts_from_the_newest() -> None:
    twice_a_day = Schedule(Rhythm(every=12 * HOUR), 3)

    assert START + 11 * HOUR == twice_a_day.due(START - HOUR, START, START, None)


def test_long_after_the_start_the_next_is_a_day_after_the_newest() -> None:
    newest = START + 10 * DAY + 15 * HOUR

    assert newest + DAY == NIGHTLY.due(newest, newest, START, UTC_ZONE)
