from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.query.parser import parse, plain
from storage.search.expressions import as_beginnings, as_typed, expression
from storage.search.wanted import wanted


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("love ", '({title artist album latin} : ("love"))'),
        ("sandm", '({title artist album latin} : ("sandm" *))'),
        ("s", '({title artist album latin} : ("s"))'),
        ("tsoi ", '({title artist album latin} : ("tsoi" OR "coi"))'),
        ('"so what"', '({title artist album} : ("so what"))'),
        ("東京 ", '({title artist album} : ("東 京"))'),
        ("genre:rock ", '({genre} : ("rock"))'),
        (
            "love -title:queen ",
            '(({title artist album latin} : ("love")) NOT (({title} : ("queen"))))',
        ),
    ],
)
def test_words_are_said_in_the_language_of_the_index(typed: str, said: str) -> None:
    assert expression(wanted(parse(typed)).choices, as_typed) == said


def test_each_word_may_be_a_beginning_but_a_phrase() -> None:
    choices = wanted(parse('met "so what" ')).choices

    said = expression(choices, as_beginnings)

    assert '"met" *' in said
    assert '"so what")' in said


@given(st.text(alphabet=st.characters() | st.sampled_from("\"*^:(){}+-'\\ANDORNOT "), max_size=60))
def test_nothing_that_is_typed_can_break_an_expression(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "create virtual table search_index using fts5"
        " (title, artist, album, genre, latin, tokenize='ascii')"
    )
    choices = wanted(plain(text)).choices
    for forms in (as_typed, as_beginnings):
        if choices:
            said = expression(choices, forms)
            connection.execute("select rowid from search_index where search_index match ?", (said,))
    connection.close()
