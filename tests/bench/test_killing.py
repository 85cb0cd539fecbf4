from __future__ import annotations

import os

import pytest

from bench.killing import Moment, bandwidth, is_running, lives


def test_the_same_seed_draws_the_same_lives() -> None:
    assert list(lives(1, 50)) == list(lives(1, 50))
    assert list(lives(1, 50)) != list(lives(2, 50))


def test_lives_end_at_every_kind_of_moment_and_never_late() -> None:
    drawn = list(lives(1, 200))

    assert 200 == len(drawn)
    assert set(Moment) == {life.moment for life in drawn}
    assert all(0 <= life.after <= 6 for life in drawn)


@pytest.mark.parametrize(
    ("left", "kills_left", "expected"),
    [
        (300_000_000, 100, 1_000_000),
        (300_000_000, 1, 20_000_000),
        (300_000_000, 0, 20_000_000),
        (0, 100, 200_000),
    ],
)
def test_the_wire_is_as_slow_as_the_kills_that_are_left_need_it(
    left: int, kills_left: int, expected: int
) -> None:
    assert expected == bandwidth(left, kills_left)


def test_only_a_process_that_is_there_is_running() -> None:
    assert is_running(os.getpid())
    assert not is_running(None)
    assert not is_running(2**22 + 1)  # above the highest that the kernel gives
