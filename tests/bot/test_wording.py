from __future__ import annotations

import pytest

from bot import wording
from bot.errors import Usage, UsageError
from storage.query.errors import QueryError
from storage.query.parser import parse
from storage.query.tree import All, Measure, Query, Text, Within
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


@pytest.mark.parametrize(
    ("said", "count", "words"),
    [
        ("", None, ""),
        ("20", 20, ""),
        ("20 jazz  live", 20, "jazz  live"),
        ("jazz 20", None, "jazz 20"),
        ("99 luftballons", None, "99 luftballons"),
        ('"20"', None, '"20"'),
        ("7d", None, "7d"),
    ],
)
def test_a_number_in_front_says_how_many(said: str, count: int | None, words: str) -> None:
    assert (count, words) == wording.counted(said)


@pytest.mark.parametrize(
    ("said", "measure"),
    [
        ("duration>5m duration<2m", Measure.DURATION),
        ("monk (size>9MB duration>1m) size<8MB", Measure.SIZE),
        ("duration<0", Measure.DURATION),
        ("year:1999 year:2000", Measure.YEAR),
        ("duration>2m duration<5m", None),
        ("year:1999 or year:2000", None),
        ("year:1999 -year:1999", None),
        ("", None),
    ],
)
def test_what_rules_itself_out_is_found(said: str, measure: Measure | None) -> None:
    assert measure == wording.ruled_out(parse(said).node)


def test_the_chats_are_those_that_must_be_meant() -> None:
    assert ["@jazz"] == wording.chats(parse("(chat:@Jazz monk) -chat:@rock").node)
    assert ["-1001234567890"] == wording.chats(parse("chat:t.me/c/1234567890/5").node)
    assert [] == wording.chats(parse("chat:@jazz or chat:jazz").node)


@pytest.mark.parametrize("said", ["0", "31", "-5", "1.5", " 999999999999999999999 "])
def test_a_number_alone_of_which_there_is_no_page_is_refused(said: str) -> None:
    with pytest.raises(UsageError) as raised:
        wording.counted(said)

    assert (Usage.NOT_SO_MANY, said.strip()) == (raised.value.usage, raised.value.detail)


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
