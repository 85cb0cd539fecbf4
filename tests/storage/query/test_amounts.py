from __future__ import annotations

import pytest

from storage.query.amounts import between
from storage.query.tree import Between, Measure


@pytest.mark.parametrize("text", ["3:30", "3m30s", "3min30sec", "210", "210s", "3.5m"])
def test_the_same_length_can_be_written_in_many_ways(text: str) -> None:
    assert Between(Measure.DURATION, 210, None) == between(Measure.DURATION, ">=", text)


@pytest.mark.parametrize(
    "text", ["", "x", "3x", "-3", "1e9", "٣", "3..", "9" * 99, "m", "..", "3:"]
)
@pytest.mark.parametrize("measure", Measure)
def test_what_is_no_amount_is_none(measure: Measure, text: str) -> None:
    assert between(measure, ">", text) is None


def test_a_decimal_is_as_exact_as_its_last_digit() -> None:
    assert Between(Measure.SIZE, 5_200_000, 5_300_000) == between(Measure.SIZE, ":", "5,2MB")
