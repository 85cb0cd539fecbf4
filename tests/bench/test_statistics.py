from __future__ import annotations

import pytest

from bench.statistics import quantile, spread_of


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([5.0], 0.5, 5.0),
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        ([4.0, 1.0, 3.0, 2.0], 0.5, 2.0),
        ([float(number) for number in range(1, 101)], 0.95, 95.0),
        ([float(number) for number in range(1, 51)], 0.95, 48.0),
        ([1.0, 2.0], 1.0, 2.0),
        ([1.0, 2.0], 0.0, 1.0),
    ],
)
def test_a_quantile_is_one_of_the_values(
    values: list[float], share: float, expected: float
) -> None:
    assert expected == quantile(values, share)


def test_a_spread_tells_how_many_and_how_bad() -> None:
    expected = {"median": 2.0, "p95": 9.0, "highest": 9.0, "count": 3}

    assert expected == spread_of([9.0, 1.0, 2.0])
