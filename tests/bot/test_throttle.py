from __future__ import annotations

from bot.throttle import Rate, Throttle

RATE = Rate(per_second=0.5, burst=3)


def test_a_burst_goes_through_and_then_one_at_a_time() -> None:
    now = [100.0]
    throttle = Throttle(lambda: now[0])
    burst = [throttle.wait(1, RATE) for _ in range(4)]
    now[0] += 2
    after = [throttle.wait(1, RATE) for _ in range(2)]

    assert [0.0, 0.0, 0.0, 2.0] == burst
    assert [0.0, 2.0] == after


def test_nobody_waits_for_somebody_else() -> None:
    throttle = Throttle(lambda: 0.0)
    for _ in range(4):
        throttle.wait(1, RATE)

    assert 0.0 == throttle.wait(2, RATE)


def test_no_more_than_a_burst_is_saved_up() -> None:
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    throttle.wait(1, RATE)
    now[0] += 1000

    assert [0.0, 0.0, 0.0, 2.0] == [throttle.wait(1, RATE) for _ in range(4)]


def test_only_so_many_are_remembered() -> None:
    throttle = Throttle(lambda: 0.0)
    for key in range(10_050):
        throttle.wait(key, RATE)

    assert 10_000 == len(throttle._levels)
