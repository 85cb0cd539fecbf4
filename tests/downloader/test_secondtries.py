from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from downloader.secondtries import is_time

MADE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (None, 4, False),
        (None, 6, True),
        (0, 6, True),
        (0, 4, False),
        (6, 9, False),
        (6, 10, True),
        (10, 19, False),
        (10, 20, True),
        (20, 600, True),
    ],
)
def test_it_is_tried_again_each_time_its_age_has_doubled(
    before: int | None, now: int, expected: bool
) -> None:
    last = None if before is None else MADE + timedelta(minutes=before)

    assert expected is is_time(MADE, last, MADE + timedelta(minutes=now))


def test_a_month_of_looks_every_ten_minutes_tries_a_dozen_times() -> None:
    looks = [MADE + number * timedelta(minutes=10) for number in range(30 * 144)]
    tries = sum(is_time(MADE, *pair) for pair in pairwise(looks))

    assert 13 == tries
