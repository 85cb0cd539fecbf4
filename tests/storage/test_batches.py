from __future__ import annotations

import pytest

from storage.batches import batches


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2500])
def test_every_id_comes_once_and_in_order(count: int) -> None:
    found = list(batches([*range(count), *range(count)][::-1]))

    assert [number for some in found for number in some] == list(range(count))
    assert all(0 < len(some) <= 1000 for some in found)
