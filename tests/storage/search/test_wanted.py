from __future__ import annotations

import pytest

from storage.query.parser import parse
from storage.query.tree import Not, Within
from storage.search.wanted import Choice, Wanted, wanted


def words(choice: Choice) -> list[str]:
    return [word.text for word in choice.words]


def test_free_words_make_one_choice() -> None:
    found = wanted(parse("Björk  Jóga "))

    assert [words(choice) for choice in found.choices] == [["bjork", "joga"]]
    assert found.conditions == ()


def test_the_word_that_is_being_typed_may_go_on() -> None:
    (choice,) = wanted(parse("enter sandm")).choices

    assert [word.may_go_on for word in choice.words] == [False, True]


def test_phrases_are_exact_and_fields_narrow() -> None:
    (choice,) = wanted(parse('"so what" artist:davis')).choices

    assert [(word.text, word.within, word.is_exact) for word in choice.words] == [
        ("so what", Within.ANYWHERE, True),
        ("davis", Within.ARTIST, False),
    ]
    assert choice.is_within_fields


def test_what_is_left_out_belongs_to_the_choice() -> None:
    (choice,) = wanted(parse("love -live")).choices

    assert words(choice) == ["love"]
    assert [word.text for word in choice.without] == ["live"]


def test_each_side_of_or_is_a_choice() -> None:
    found = wanted(parse("metallica or iron maiden -live"))

    assert [words(choice) for choice in found.choices] == [["metallica"], ["iron", "maiden"]]
    assert [len(choice.without) for choice in found.choices] == [0, 1]


def test_what_stands_beside_a_choice_holds_for_each() -> None:
    found = wanted(parse("(metallica or slayer) live format:flac"))

    assert [words(choice) for choice in found.choices] == [
        ["metallica", "live"],
        ["slayer", "live"],
    ]
    assert len(found.conditions) == 1


def test_a_side_that_is_not_only_of_words_is_a_condition() -> None:
    found = wanted(parse("slayer or duration>3m"))

    assert found.choices == ()
    assert len(found.conditions) == 1


def test_what_is_only_left_out_is_a_condition() -> None:
    found = wanted(parse("-live"))

    assert found.choices == ()
    assert isinstance(found.conditions[0], Not)


def test_each_word_counts_once_and_no_more_than_any_name_has() -> None:
    (choice,) = wanted(parse(" ".join(["la", "la", *map(str, range(100)), " "]))).choices

    assert words(choice) == ["la", *map(str, range(31))]


def test_of_one_long_word_no_more_characters_count_than_any_name_has() -> None:
    (choice,) = wanted(parse("東" * 900)).choices

    assert choice.words[0].tokens == ("東",) * 32


@pytest.mark.parametrize("nothing", ["", "   ", "!!!", "🎵"])
def test_nothing_is_wanted_of_nothing(nothing: str) -> None:
    assert wanted(parse(nothing)) == Wanted((), ())
