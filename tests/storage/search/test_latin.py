from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.search.folding import fold
from storage.search.latin import in_latin, skeleton, transliterated


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("Цой", ("Tsoi", "Tsoy", "Coj", "Coy")),
        ("Юрий", ("Yuri", "Yuriy", "Jurij", "Iurii")),
        ("Сергей", ("Sergey", "Sergei", "Sergej")),
        ("Земфира", ("Zemfira", "Zemphira")),
        ("Хворостовский", ("Khvorostovsky", "Hvorostovskij", "Khvorostovskiy")),
        ("Щербаков", ("Shcherbakov", "Scherbakov")),
        ("Женя", ("Zhenya", "Zhenia")),
        ("Αλεξίου", ("Alexiou", "Aleksiou")),
        ("Θεοδωράκης", ("Theodorakis", "Teodorakis")),
        ("Ευανθία", ("Evanthia",)),
    ],
)
def test_all_ways_to_write_a_name_have_one_skeleton(name: str, spellings: tuple[str, ...]) -> None:
    assert {skeleton(fold(spelling)) for spelling in spellings} == {skeleton(fold(name))}


def test_only_words_of_other_scripts_are_written_in_latin() -> None:
    assert in_latin(fold("Кино live in Москва 1990")) == "kino moskva"
    assert in_latin("kino live") == ""
    assert in_latin(fold("東京 ام")) == ""


def test_a_name_is_transliterated_as_it_is_often_spelt() -> None:
    assert transliterated("металлика") == "metallika"
    assert transliterated(fold("Αλεξίου")) == "alexiu"


@given(st.text())
def test_no_text_has_a_skeleton_with_spaces_that_it_had_not(text: str) -> None:
    assert all(" " not in skeleton(word) for word in fold(text).split())
