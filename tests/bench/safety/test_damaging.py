from __future__ import annotations

from random import Random

import pytest

from bench.safety.damaging import WAYS, plain_of, saying, sealed
from storage.segments import SEGMENT, SegmentKey

KEY = SegmentKey(b"8 bytes.", b"k" * 32, "backup")


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_damaging_changes_the_file(way: object) -> None:
    whole = sealed(Random(1).randbytes(3 * SEGMENT), KEY)

    assert callable(way)
    assert all(way(whole, Random(number)) != whole for number in range(20))


def test_what_is_sealed_anew_opens_and_says_something_else() -> None:
    document = b'{"format": 1}'
    data = sealed(len(document).to_bytes(4, "big") + document + b"rest", KEY)

    assert document + b"rest" == plain_of(data, KEY)[4:]
    assert b'{"format": 2}rest' == plain_of(saying(data, KEY, format=2), KEY)[4:]
