from __future__ import annotations

import pytest

from bot.editing import FIELDS, Mistake, Wrong, read

_ALL = frozenset(name for names in FIELDS.values() for name in names)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("title: So What", {"title": "So What"}),
        ("Title:So What\n\nARTIST :  Miles  Davis ", {"title": "So What", "artist": "Miles Davis"}),
        ("title: So What; track: 1", {"title": "So What", "track_number": "1"}),
        ("title: A; B", {"title": "A; B"}),
        ("title: Symphony; Adagio: slow", {"title": "Symphony; Adagio: slow"}),
        ("title: Re: Stacks", {"title": "Re: Stacks"}),
        ("track: 3/12", {"track_number": "3", "track_total": "12"}),
        ("track: 3 of 12", {"track_number": "3", "track_total": "12"}),
        ("disc: 1/2", {"disc_number": "1", "disc_total": "2"}),
        ("track:", {"track_number": "", "track_total": ""}),
        ("year: 1959", {"date": "1959"}),
        ("date: 1959-08-17", {"date": "1959-08-17"}),
        ("year:", {"date": ""}),
        ("album artist: V.A.", {"album_artist": "V.A."}),
        ("albumartist: V.A.", {"album_artist": "V.A."}),
        ("compilation: yes", {"is_compilation": "yes"}),
        ("compilation: No", {"is_compilation": ""}),
        ("genre:", {"genre": ""}),
    ],
)
def test_a_line_says_what_a_field_is(text: str, values: dict[str, str]) -> None:
    assert values == read(text).values


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("reset title", {"title"}),
        ("Reset Title, track", {"title", "track_number", "track_total"}),
        ("reset", _ALL),
        ("reset all", _ALL),
        ("title: x; reset genre", {"genre"}),
    ],
)
def test_what_was_said_can_be_taken_back(text: str, fields: frozenset[str]) -> None:
    assert (fields, ()) == (read(text).taken_back, tuple(read(text).mistakes))


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("So What", Mistake(Wrong.NO_FIELD, "So What")),
        ("tittle: x", Mistake(Wrong.UNKNOWN_FIELD, "tittle")),
        ("reset tittle", Mistake(Wrong.UNKNOWN_FIELD, "tittle")),
        ("track: x", Mistake(Wrong.BAD_NUMBER, "x", "track")),
        ("disc: 0", Mistake(Wrong.BAD_NUMBER, "0", "disc")),
        ("year: soon", Mistake(Wrong.BAD_DATE, "soon", "year")),
        ("compilation: perhaps", Mistake(Wrong.NEITHER_YES_NOR_NO, "perhaps", "compilation")),
        ("title: a\ntitle: b", Mistake(Wrong.TWICE, "title: b", "title")),
        ("title: a\nreset title", Mistake(Wrong.TWICE, "reset title", "reset title")),
    ],
)
def test_a_line_that_cannot_be_understood_is_named(text: str, mistake: Mistake) -> None:
    assert [mistake] == read(text).mistakes


def test_every_line_that_is_wrong_is_named() -> None:
    assert 3 == len(read("nothing\ntrack: x\ntitle: right\nyear: soon").mistakes)


@pytest.mark.parametrize("text", ["", " \n ", "\u200b"])
def test_nothing_says_nothing(text: str) -> None:
    said = read(text)

    assert ({}, frozenset(), []) == (said.values, said.taken_back, said.mistakes)
