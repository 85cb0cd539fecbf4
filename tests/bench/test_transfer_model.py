from __future__ import annotations

import pytest

from bench.transfer.model import MB, MIB, Line, limit

FAR = Line(0.080, 6 * MB, 8)


@pytest.mark.parametrize(
    ("size", "count", "at_once", "expected"),
    [
        pytest.param(10 * MIB, 1, 1, 35.1, id="one file waits one round trip"),
        pytest.param(100 * MIB, 1, 1, 46.3, id="which matters less for a large one"),
        pytest.param(8 * MIB, 32, 1, 32.9, id="one after another they wait one each"),
        pytest.param(8 * MIB, 32, 4, 47.3, id="and together one in all"),
    ],
)
def test_the_limit_is_a_round_trip_and_all_connections_full(
    size: int, count: int, at_once: int, expected: float
) -> None:
    assert expected == pytest.approx(limit(FAR, size, count, at_once) / MB, abs=0.05)
