from __future__ import annotations

from datetime import timedelta

import pytest

from bot.forecast import Forecast, forecast
from bot.jobview import JobView, Moving
from storage.models import Item, ItemState, Reason, Tally
from tests.bot.views import NOW, item, job

MINUTE = timedelta(minutes=1)


def view(
    *troubles: Item, moving: tuple[Moving, ...] = (), speed: float = 1000.0, left: int = 600_000
) -> JobView:
    """Return a job with ten minutes' worth of bytes left at 1000 a second."""
    tally = Tally({ItemState.QUEUED: 10}, bytes_wanted=left + 1, bytes_done=1)
    counts = {**tally.items}
    for trouble in troubles:
        counts[trouble.state] = counts.get(trouble.state, 0) + 1
    tally = Tally(counts, tally.bytes_wanted, tally.bytes_done)
    return JobView(job(), tally, troubles, moving, speed=speed, usual=1000.0)


def waiting(minutes: float, reason: Reason = Reason.FLOOD, size: int = 60_000) -> Item:
    return item(1, ItemState.WAITING, reason, until=NOW + minutes * MINUTE, size=size)


def test_without_waits_it_is_the_bytes_left_by_the_speed() -> None:
    assert Forecast(10 * MINUTE) == forecast(view(), NOW)


def test_a_wait_that_stops_everything_comes_on_top() -> None:
    stuck = view(waiting(3), speed=0.0)

    assert Forecast(13 * MINUTE, 3 * MINUTE) == forecast(stuck, NOW)


def test_of_several_waits_the_longest_counts() -> None:
    stuck = view(waiting(3), waiting(7), waiting(1), speed=0.0)

    assert Forecast(17 * MINUTE, 7 * MINUTE) == forecast(stuck, NOW)


def test_a_wait_of_one_track_that_the_others_outlast_costs_nothing() -> None:
    moving = (Moving(item(2), 0, 1000),)

    assert Forecast(10 * MINUTE) == forecast(
        view(waiting(3, Reason.SERVER_TROUBLE), moving=moving), NOW
    )


def test_a_wait_that_outlasts_the_others_costs_the_difference() -> None:
    moving = (Moving(item(2), 0, 1000),)
    long = view(waiting(12, Reason.SERVER_TROUBLE), moving=moving)

    assert Forecast(13 * MINUTE, 3 * MINUTE) == forecast(long, NOW)


@pytest.mark.parametrize("reason", [Reason.FLOOD, Reason.OFFLINE])
def test_what_one_track_of_an_account_waits_for_all_but_the_moving_wait_for(reason: Reason) -> None:
    moving = (Moving(item(2), 0, 60_000),)

    assert Forecast(12 * MINUTE, 2 * MINUTE) == forecast(
        view(waiting(3, reason), moving=moving), NOW
    )


def test_what_is_parked_is_left_out() -> None:
    parked = item(1, ItemState.PARKED, Reason.NO_ACCESS, size=300_000)
    moving = (Moving(item(2), 0, 1000),)

    assert Forecast(5 * MINUTE - timedelta(seconds=0)) == forecast(view(parked, moving=moving), NOW)


@pytest.mark.parametrize(
    "unknown",
    [
        view(speed=0.0),
        view(item(1, ItemState.PARKED, Reason.LOGIN)),
        view(waiting(-1)),
        JobView(job(), Tally({ItemState.WAITING: 1}, 1000), (waiting(3),)),
    ],
    ids=["no speed", "parked", "over", "no usual speed"],
)
def test_nothing_is_said_where_nobody_can_tell(unknown: JobView) -> None:
    assert forecast(unknown, NOW) is None


def test_a_drip_does_not_overflow() -> None:
    assert forecast(view(speed=1.0, left=1 << 62), NOW) is not None
