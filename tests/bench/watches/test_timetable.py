from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bench.watches.timetable import AGAIN, GRACE, Span, both, deadline, judged
from storage.watch import Rhythm, Rules

BERLIN = ZoneInfo("Europe/Berlin")
BEGIN = datetime(2026, 3, 28, tzinfo=UTC)
SPAN = (BEGIN, BEGIN + timedelta(days=3))
NIGHTLY = Rules(Rhythm(daily=time(2, 30)))
# On the 29th the clock on the wall jumps from two to three.
NIGHTS = [datetime(2026, 3, 28, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
          datetime(2026, 3, 30, 0, 30, tzinfo=UTC)]  # fmt: skip
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def found(rules: Rules, looks: list[datetime], spoilt: tuple[Span, ...] = ()) -> tuple[int, int]:
    judgement = judged(rules, sorted(looks), SPAN, spoilt, BERLIN)
    return len(judgement.missed), len(judgement.double)


@pytest.mark.parametrize("rhythm", [NIGHTLY.rhythm, Rhythm(cron="30 2 * * *")])
def test_who_looks_every_night_misses_none_and_looks_at_none_twice(rhythm: Rhythm) -> None:
    assert (0, 0) == found(Rules(rhythm), [night + MINUTE for night in NIGHTS])


def test_a_night_without_a_look_is_missed_and_one_with_two_is_double() -> None:
    assert (1, 0) == found(NIGHTLY, NIGHTS[::2])
    assert (0, 1) == found(NIGHTLY, [*NIGHTS, NIGHTS[1] + HOUR])


def test_late_is_missed_unless_something_was_in_the_way() -> None:
    late = [NIGHTS[0], NIGHTS[1] + 2 * HOUR, NIGHTS[2]]

    assert (1, 0) == found(NIGHTLY, late)
    assert (0, 0) == found(NIGHTLY, late, ((NIGHTS[1] - MINUTE, NIGHTS[1] + 2 * HOUR),))


def test_what_goes_by_distance_is_judged_by_the_look_before() -> None:
    rules = Rules(Rhythm(every=HOUR))
    looks = [BEGIN + HOUR * number for number in range(72)]

    assert (0, 0) == found(rules, looks)
    assert (1, 0) == found(rules, looks[:9] + looks[10:])
    assert 2 == found(rules, [*looks[:9], looks[8] + MINUTE, *looks[9:]])[1]


def test_outside_its_hours_nothing_is_due() -> None:
    rules = Rules(Rhythm(every=HOUR), hours=(time(2), time(4)))

    first = [night - HOUR / 2 for night in NIGHTS]

    # On the second night an hour of the two is jumped over.
    assert (0, 0) == found(rules, [*first, first[0] + HOUR, first[2] + HOUR])
    assert (1, 0) == found(rules, [first[0], *first[1:], first[2] + HOUR])


def test_hours_begin_on_the_minute_whenever_it_looked_before() -> None:
    rules = Rules(Rhythm(every=12 * HOUR), hours=(time(2), time(4)))
    seconds = [timedelta(seconds=number) for number in (47, 46, 45)]

    looks = [night - HOUR / 2 + late for night, late in zip(NIGHTS, seconds, strict=True)]
    assert (0, 0) == found(rules, looks)


def test_each_disturbance_that_follows_moves_the_deadline_on() -> None:
    first, second = (BEGIN, BEGIN + HOUR), (BEGIN + HOUR + MINUTE, BEGIN + 2 * HOUR)

    assert BEGIN + 3 * HOUR + GRACE == deadline(BEGIN + 3 * HOUR, (first, second))
    assert second[1] + AGAIN == deadline(BEGIN, (first, second))


def test_a_flood_counts_where_it_is_one_of_all() -> None:
    ann, bob = [(BEGIN, BEGIN + 2 * HOUR)], [(BEGIN + HOUR, BEGIN + 3 * HOUR)]

    assert [(BEGIN + HOUR, BEGIN + 2 * HOUR)] == both(ann, bob)
