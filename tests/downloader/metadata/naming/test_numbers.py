from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downloader.metadata.naming.numbers import counted, partial, without_number


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2004", "2004"), ("2004-05", "2004-05"), ("2004-05-17", "2004-05-17"),
        ("2004/5/7", "2004-05-07"), ("20040517", "2004-05-17"), ("17.05.2004", "2004-05-17"),
        ("2004-05-17T12:00:00", "2004-05-17"), ("May 17, 2004", "2004"), ("(2004)", "2004"),
        ("2004-13", "2004"), ("2004-02-31", "2004-02"), ("0000", ""), ("04", ""), ("", ""),
        ("soon", ""), ("123456789", ""),
    ],
)  # fmt: skip
def test_dates_are_read_as_far_as_they_go(text: str, date: str) -> None:
    assert date == partial(text)
    assert date == partial(date)


@pytest.mark.parametrize(
    ("text", "number", "total"),
    [("3", 3, None), ("03/12", 3, 12), ("3 of 12", 3, 12), ("A3", 3, None), ("0", None, None),
     ("three", None, None), ("", None, None), ("99999", None, None), ("3/0", 3, None)],
)  # fmt: skip
def test_numbers_of_tracks_may_have_a_total(
    text: str, number: int | None, total: int | None
) -> None:
    assert (number, total) == counted(text)


@pytest.mark.parametrize(
    ("text", "left", "number"),
    [("01. Hello", "Hello", 1), ("1) Hello", "Hello", 1), ("12 - Hello", "Hello", 12),
     ("03 7 rings", "7 rings", 3), ("B2 Hello", "Hello", 2), ("7 rings", "7 rings", None),
     ("99 Luftballons", "99 Luftballons", None), ("2.0", "2.0", None), ("U2", "U2", None)],
)  # fmt: skip
def test_a_number_before_a_name_is_told_from_one_in_it(
    text: str, left: str, number: int | None
) -> None:
    bare, _, found = without_number(text)

    assert (left, number) == (bare, found)


@given(st.text(max_size=30))
def test_no_text_is_too_odd_for_a_number(text: str) -> None:
    counted(text)
    without_number(text)

    assert partial(text) == partial(partial(text))
