from __future__ import annotations

import pytest

from storage.names import cleaned, file_name, folded, numbered


def test_row_76_twins_in_composition_or_case_are_taken_for_the_same() -> None:
    assert cleaned("Cafe\u0301") == cleaned("Caf\u00e9")
    assert folded("Cafe\u0301.MP3") == folded("CAFÉ.mp3")
    assert folded("STRASSE") == folded("straße")
    assert folded("a") != folded("b")


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("x.mp3", 1, "x.mp3"),
        ("x.mp3", 2, "x (2).mp3"),
        ("x", 3, "x (3)"),
        (".x", 3, ".x (3)"),
        ("a.b.mp3", 10, "a.b (10).mp3"),
    ],
)
def test_a_number_goes_before_the_ending(name: str, number: int, expected: str) -> None:
    assert numbered(name, number) == expected


def test_numbers_make_names_different_even_where_they_are_cut() -> None:
    names = {numbered("Ж" * 124 + ".mp3", number) for number in (1, 2, 10, 999, 100_000)}

    assert len(names) == 5
    assert all(len(name.encode()) <= 255 for name in names)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Morning", "Morning.m3u8"),
        ("../a/b:c", "a_b_c.m3u8"),
        ("con", "_con.m3u8"),
        ("\u202e", "untitled.m3u8"),
    ],
)
def test_a_file_for_people_is_called_as_what_is_in_it(title: str, name: str) -> None:
    assert name == file_name(title, "m3u8")


def test_a_file_with_a_long_title_has_a_name_that_fits() -> None:
    assert len(file_name("я" * 500, "m3u8").encode()) <= 255
