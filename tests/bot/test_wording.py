from __future__ import annotations

import pytest

from bot import wording
from storage.query.errors import QueryError
from storage.query.tree import All, Query, Text, Within
from tests.bot.library import a_track

ARTIST = Text("Trio", Within.ARTIST, is_phrase=True)
ALBUM = Text("First", Within.ALBUM, is_phrase=True)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("monk format:flac", "monk"),
        ('title:"blue monk" -live', "blue monk"),
        ("artist:monk or (coltrane size>1MB)", "monk coltrane"),
        ("monk", None),
        ("blue monk ", None),
        ("format:flac -live", None),
        ("", None),
    ],
)
def test_the_words_alone_are_those_that_must_be_there(said: str, words: str | None) -> None:
    assert words == wording.words_alone(said)


def test_what_cannot_be_read_has_no_words() -> None:
    with pytest.raises(QueryError):
        wording.words_alone("size:x")


def test_an_album_is_asked_for_by_its_artist_first() -> None:
    assert [Query(All((ALBUM, ARTIST))), Query(ALBUM)] == wording.of_album(a_track(album="First"))
    assert [Query(ALBUM)] == wording.of_album(a_track(album="First", performer=""))
    assert [] == wording.of_album(a_track())


def test_an_artist_without_letters_cannot_be_asked_for() -> None:
    assert [Query(ARTIST)] == wording.of_artist(a_track())
    assert [] == wording.of_artist(a_track(performer="!!!"))


@pytest.mark.parametrize(
    ("said", "can"), [("monk duration>3m", True), ("added:7d", False), ("monk album:x", False)]
)
def test_a_download_can_look_for_what_is_known_before_it(said: str, can: bool) -> None:
    assert can is wording.can_be_fetched(said)
