from __future__ import annotations

import pytest

from downloader.lookup.shapes import an_id, counted, listed, number, opened, text, words
from tests.downloader.lookup.databases import RECORDING


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"1", b"{}", b"\xff", b"[" * 100_000])
def test_what_is_no_object_says_nothing(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # of JSON, of text, or ours
        opened(body)


def test_an_object_is_opened() -> None:
    assert {"a": 1} == opened(b'{"a": 1}')


@pytest.mark.parametrize("value", [None, 1, "a", [], {}, True, [1, "a", None]])
def test_anything_may_stand_anywhere(value: object) -> None:
    assert [] == listed(value)
    assert {} == words(value)
    assert "" == an_id(value)
    assert isinstance(text(value), str)
    assert number(value) in {None, 1}
    assert counted(value) in {None, 1}


def test_an_id_becomes_part_of_an_address_and_may_be_nothing_else() -> None:
    assert RECORDING == an_id(RECORDING.upper())
    assert "" == an_id(f"{RECORDING}/../admin") == an_id(f"{RECORDING}\n")


def test_text_is_bounded_and_can_be_stored() -> None:
    assert 1000 == len(text("a" * 5000))
    assert "\ud800" not in text("a\ud800")


@pytest.mark.parametrize("value", [0, -1, 10_000, 10**400, float("inf"), float("nan"), True])
def test_a_number_of_a_track_makes_sense(value: float) -> None:
    assert counted(value) is None
