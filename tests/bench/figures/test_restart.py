from __future__ import annotations

from bench.figures.restart import engine_figure


def test_the_median_of_the_starts_has_the_goal() -> None:
    slow, fast = engine_figure([1.0, 4.0, 5.0], [0.1]), engine_figure([1.0, 2.0, 5.0], [0.1])

    assert (4.0, True) == (slow.value, slow.is_missed)
    assert (2.0, False) == (fast.value, fast.is_missed)
    assert 1000 == fast.detail["items"]
