from __future__ import annotations

from datetime import timedelta

from downloader.telegram.spacing import Spacing
from tests.downloader.scripted import OwnedTime

AT_ONCE = [0.0, 0.0, 0.0]


async def gaps(spacing: Spacing, time: OwnedTime, count: int) -> list[float]:
    """Make so many attempts one after the other; return how long each had to wait."""
    found = []
    for _ in range(count):
        found.append(spacing.left.total_seconds())
        async with time.passing():
            await spacing.wait()
    return found


async def test_f24_attempts_that_follow_each_other_fast_are_kept_ever_further_apart() -> None:
    time = OwnedTime()
    found = await gaps(Spacing(time.clock), time, 10)

    assert found == [*AT_ONCE, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


async def test_what_went_by_since_the_last_attempt_counts() -> None:
    time = OwnedTime()
    spacing = Spacing(time.clock)
    await gaps(spacing, time, 5)
    time.advance(1.5)

    assert spacing.left == timedelta(seconds=0.5)


async def test_after_a_calm_minute_attempts_are_free_again() -> None:
    time = OwnedTime()
    spacing = Spacing(time.clock)
    await gaps(spacing, time, 10)
    time.advance(61)

    assert await gaps(spacing, time, 4) == [*AT_ONCE, 0.5]


async def test_a_line_that_is_away_for_weeks_is_tried_on_and_on() -> None:
    time = OwnedTime()
    found = await gaps(Spacing(time.clock), time, 1100)

    assert {8.0} == {*found[10:]}
