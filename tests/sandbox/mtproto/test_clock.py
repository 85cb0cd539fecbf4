from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.mtproto.clock import BadId, Kind, MessageClock


def test_ids_rise_and_tell_what_a_message_is() -> None:
    clock = MessageClock()

    issued = [clock.issue(kind) for kind in (Kind.ANSWER, Kind.NOTICE) * 500]

    assert issued == sorted(set(issued))
    assert {1, 3} == {number % 4 for number in issued}
    assert abs((issued[-1] >> 32) - clock.seconds()) < 5


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [(0, None), (-290, None), (-310, BadId.TOO_LOW), (25, None), (40, BadId.TOO_HIGH)],
)
def test_an_id_must_be_near_the_time(ahead: int, expected: BadId | None) -> None:
    clock = MessageClock()

    assert clock.judge(int(clock.seconds() + ahead) << 32) is expected


def test_an_id_of_a_client_is_divisible_by_four() -> None:
    clock = MessageClock()

    assert clock.judge((int(clock.seconds()) << 32) + 1) is BadId.NOT_DIVISIBLE


def test_the_clock_may_be_wrong() -> None:
    clock = MessageClock()
    clock.skew = timedelta(hours=1)

    assert clock.judge(int(clock.seconds() - 3600) << 32) is BadId.TOO_LOW
    assert clock.now() - datetime.now(UTC) > timedelta(minutes=59)
