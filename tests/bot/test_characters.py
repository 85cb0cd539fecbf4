from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.characters import cleaned, clusters, columns, cut, fitted, units


def test_row16_invisible_and_deceiving_characters_are_removed() -> None:
    text = "\x00@ja\u200bzz\u202e 1\ufeff0\x1b[31m"

    assert "@jazz 10[31m" == cleaned(text)


def test_row16_piled_up_marks_are_cut_down() -> None:
    assert "z" + "\u0300" * 3 + "a" == cleaned("z" + "\u0300" * 50 + "a")


def test_row17_lone_surrogates_are_removed() -> None:
    assert "a b" == cleaned("a\ud800 \udfffb")


def test_white_space_becomes_single_blanks() -> None:
    assert "a b c" == cleaned("\na\t\tb\r\n c ")


def test_emoji_that_are_joined_stay_whole() -> None:
    assert "👩\u200d🎤" == cleaned("👩\u200d🎤")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ab", ["a", "b"]),
        ("e\u0301a", ["e\u0301", "a"]),
        ("👩\u200d🎤x", ["👩\u200d🎤", "x"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
        ("न\u093fa", ["न\u093f", "a"]),
    ],
)
def test_what_looks_like_one_character_stays_together(text: str, found: list[str]) -> None:
    assert found == clusters(text)


@pytest.mark.parametrize(
    ("text", "room", "end", "expected"),
    [
        ("So What", 7, 2, "So What"),
        ("Kind of Blue", 8, 0, "Kind of…"),
        ("Symphony No. 5: Andante", 16, 7, "Symphony…Andante"),
        ("花様年華花様", 8, 2, "花様…様"),
        ("ae\u0301e\u0301e\u0301", 3, 0, "ae\u0301…"),
    ],
)
def test_a_text_is_fitted_into_columns(text: str, room: int, end: int, expected: str) -> None:
    assert expected == fitted(text, room, end)


@given(st.text(max_size=40), st.integers(min_value=4, max_value=30))
def test_what_was_fitted_has_room_and_nothing_new(text: str, room: int) -> None:
    result = fitted(cleaned(text), room, room // 3)

    assert columns(result) <= room
    assert {*result} <= {*cleaned(text), "…"}


def test_length_is_counted_in_utf_16() -> None:
    assert 3 == units("a🎵")


def test_a_text_that_fits_stays_as_it_is() -> None:
    assert "🎵🎵" == cut("🎵🎵", 4)


def test_a_text_is_cut_between_characters_with_an_ellipsis() -> None:
    assert "🎵…" == cut("🎵🎵", 3)
    assert "abc…" == cut("abc defgh", 5)


@given(st.text(), st.integers(min_value=1, max_value=30))
def test_what_was_cleaned_and_cut_fits_and_can_be_sent(text: str, room: int) -> None:
    result = cut(cleaned(text), room)

    assert units(result) <= room
    assert result.encode()[:0] == b""
