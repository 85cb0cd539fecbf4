from __future__ import annotations

from datetime import UTC, datetime

from sandbox.mtproto.salts import ANNOUNCED, LIFETIME, Salts

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_announced_salts_come_into_force_in_order() -> None:
    salts = Salts()
    announced = salts.announced(3, NOW)

    in_force = []
    for _ in range(3):
        in_force.append(salts.current)
        salts.rotate()

    assert [salt.value for salt in announced] == in_force


def test_salts_follow_without_a_gap() -> None:
    first, second = Salts().announced(2, NOW)

    assert first.since == NOW
    assert first.until == second.since == NOW + LIFETIME


def test_salts_do_not_run_out() -> None:
    salts = Salts()
    for _ in range(2 * ANNOUNCED):
        salts.rotate()

    assert len(salts.announced(999, NOW)) == ANNOUNCED
    assert len(salts.announced(0, NOW)) == 1
