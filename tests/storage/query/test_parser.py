from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.query.errors import QueryError, Wrong
from storage.query.parser import DEEPEST, LONGEST, parse, plain
from storage.query.tree import (
    Ago,
    All,
    Assumed,
    Between,
    Claim,
    During,
    Either,
    InChat,
    Is,
    Measure,
    Midnight,
    Node,
    Not,
    OfFormat,
    Query,
    Stamp,
    Text,
    Within,
)

# A space behind it: nobody is typing any more.
JAZZ, ROCK, LIVE = Text("jazz"), Text("rock"), Text("live")


def node(text: str) -> Node | None:
    return parse(f"{text} ").node


def error(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(text)
    return caught.value


def day(year: int, month: int = 1, number: int = 1) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "assumed"),
    [
        ('"so what', {Assumed.QUOTE_ENDS}),
        ('artist:"so what', {Assumed.QUOTE_ENDS}),
        ('"', {Assumed.QUOTE_ENDS}),
        ('(jazz "live', {Assumed.QUOTE_ENDS, Assumed.BRACKET_ENDS}),
        ("size>100 duration:1..5", {Assumed.MEGABYTES, Assumed.SECONDS}),
        ("duration>180 bitrate>=256 year:1999", set()),
        ("duration<45", {Assumed.SECONDS}),
        ('"so what" “live” ("x"*) size<20MB duration>3m', set()),
        ("jazz) size:5 MB", set()),
    ],
)
def test_what_is_taken_for_meant_is_noted(text: str, assumed: set[Assumed]) -> None:
    assert assumed == parse(text).assumed


@pytest.mark.parametrize("text", ["artist: duration>3m", "jazz title: by:monk", "album: year=1999"])
def test_a_field_is_no_value_of_the_one_before(text: str) -> None:
    assert Wrong.NO_VALUE is error(text).wrong


def test_a_value_may_look_like_a_field() -> None:
    assert Text("title:x", Within.ARTIST) == node("artist:title:x")
    assert Text("Re:x", Within.TITLE) == node("title: Re:x")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("jazz", JAZZ),
        ("jazz rock", All((JAZZ, ROCK))),
        ("jazz or rock", Either((JAZZ, ROCK))),
        ("jazz OR rock", Either((JAZZ, ROCK))),
        ("jazz|rock", Either((JAZZ, ROCK))),
        ("jazz live or rock", Either((All((JAZZ, LIVE)), ROCK))),
        ("(jazz or rock) live", All((Either((JAZZ, ROCK)), LIVE))),
        ("-live", Not(LIVE)),
        ("jazz -(live or rock)", All((JAZZ, Not(Either((LIVE, ROCK)))))),
        ("–live", Not(LIVE)),
        ('"or"', Text("or", is_phrase=True)),
        ('-"live at"', Not(Text("live at", is_phrase=True))),
        ("“live at”", Text("live at", is_phrase=True)),
        ("«live at»", Text("live at", is_phrase=True)),
        ("met*", Text("met", is_beginning=True)),
        ('"live a"*', Text("live a", is_phrase=True, is_beginning=True)),
        ("a-ha", Text("a-ha")),
        ("AC/DC", Text("AC/DC")),
        ("f(x)", Text("f(x)")),
        ("(f(x) live)", All((Text("f(x)"), LIVE))),
        ("lossless", Is(Claim.LOSSLESS)),
        ("-lossless", Not(Is(Claim.LOSSLESS))),
        ('"lossless"', Text("lossless", is_phrase=True)),
    ],
)
def test_words_are_joined_as_people_read_them(text: str, expected: Node | None) -> None:
    assert expected == node(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jazz or", JAZZ),
        ("or jazz", JAZZ),
        ("jazz or or rock", Either((JAZZ, ROCK))),
        ("(jazz", JAZZ),
        ("jazz)", JAZZ),
        ("jazz ()", JAZZ),
        ("jazz - rock", All((JAZZ, ROCK))),
        ("jazz & rock", All((JAZZ, ROCK))),
        ("jazz :)", JAZZ),
        ('""', None),
        ("-", None),
        ("🎵", None),
    ],
)
def test_what_says_nothing_is_passed_over(text: str, expected: Node | None) -> None:
    assert expected == node(text)


def test_a_quote_that_is_not_closed_ends_with_the_text() -> None:
    assert Text("live at", is_phrase=True) == parse('"live at').node


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("artist:jazz", Text("jazz", Within.ARTIST)),
        ("ARTIST=jazz", Text("jazz", Within.ARTIST)),
        ("by: jazz", Text("jazz", Within.ARTIST)),
        ("performer : jazz", Text("jazz", Within.ARTIST)),
        ('title:"live at"', Text("live at", Within.TITLE, is_phrase=True)),
        ("song:“live at”", Text("live at", Within.TITLE, is_phrase=True)),
        ("track:or", Text("or", Within.TITLE)),
        ("album:met*", Text("met", Within.ALBUM, is_beginning=True)),
        ("-genre:jazz", Not(Text("jazz", Within.GENRE))),
        ("artist：jazz", Text("jazz", Within.ARTIST)),
        ("(artist:jazz)", Text("jazz", Within.ARTIST)),
        ("re:stacks", Text("re:stacks")),
        ("12:05", Text("12:05")),
        ("a > b", All((Text("a"), Text("b")))),
        ('"artist:jazz"', Text("artist:jazz", is_phrase=True)),
    ],
)
def test_a_field_of_text_takes_a_word_or_a_phrase(text: str, expected: Node) -> None:
    assert expected == node(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("chat:@Jazz", InChat(username="jazz")),
        ("chat:https://t.me/Jazz/12", InChat(username="jazz")),
        ("chat:t.me/s/jazz", InChat(username="jazz")),
        ("chat:t.me/c/123/4", InChat(id=-1000000000123)),
        ("chat:-1001234567890", InChat(id=-1001234567890)),
        ('chat:"late night"', InChat(title="late night")),
        ("format:FLAC", OfFormat(("flac",))),
        ("ext:.oga", OfFormat(("ogg",))),
        ("format:alac", OfFormat(("m4a",))),
        ("has:cover", Is(Claim.HAS_COVER)),
        ("has:file", Is(Claim.HAS_FILE)),
        ("is:favorite", Is(Claim.IS_FAVORITE)),
        ("is:flawed", Is(Claim.IS_FLAWED)),
        ("is:Favourite", Is(Claim.IS_FAVORITE)),
    ],
)
def test_other_fields_take_what_they_know(text: str, expected: Node) -> None:
    assert expected == node(text)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("duration>3m", 181, None),
        ("duration>180", 181, None),
        ("duration > 3m", 181, None),
        ("duration > 3 min", 181, None),
        ("duration>=3:30", 210, None),
        ("duration<1h20m", None, 4800),
        ("duration<=90s", None, 91),
        ("duration:3m", 180, 240),
        ("duration:2.5m", 150, 156),
        ("duration:1:02:03", 3723, 3724),
        ("duration:3m..5m", 180, 301),
        ("duration:5m..3m", 180, 301),
        ("length≥3m", 180, None),
    ],
)
def test_a_length_is_read_in_any_unit(text: str, low: int | None, high: int | None) -> None:
    assert Between(Measure.DURATION, low, high) == node(text)


@pytest.mark.parametrize(
    ("text", "measure", "low", "high"),
    [
        ("size<20MB", Measure.SIZE, None, 20_000_000),
        ("size<20", Measure.SIZE, None, 20_000_000),
        ("size < 20 MB", Measure.SIZE, None, 20_000_000),
        ("size>1.5gb", Measure.SIZE, 1_500_000_001, None),
        ("size>=4KiB", Measure.SIZE, 4096, None),
        ("bitrate>=256k", Measure.BITRATE, 256_000, None),
        ("bitrate>=256", Measure.BITRATE, 256_000, None),
        ("bitrate:320kbps", Measure.BITRATE, 320_000, 321_000),
        ("bitrate<1.4mbit/s", Measure.BITRATE, None, 1_400_000),
        ("year:1999", Measure.YEAR, 1999, 2000),
        ("year:1990..1999", Measure.YEAR, 1990, 2000),
        ("year:1990..", Measure.YEAR, 1990, None),
        ("year:..1999", Measure.YEAR, None, 2000),
        ("plays>5", Measure.PLAYS, 6, None),
    ],
)
def test_numbers_have_their_units(
    text: str, measure: Measure, low: int | None, high: int | None
) -> None:
    assert Between(measure, low, high) == node(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("since:2024-01-01", During(Stamp.POSTED, day(2024), None)),
        ("until:2024-02", During(Stamp.POSTED, None, day(2024, 2))),
        ("since:yesterday", During(Stamp.POSTED, Midnight(1), None)),
        ("since:7d", During(Stamp.POSTED, Ago(timedelta(days=7)), None)),
        ("posted:2024", During(Stamp.POSTED, day(2024), day(2025))),
        ("posted:2024-12", During(Stamp.POSTED, day(2024, 12), day(2025))),
        ("posted:today", During(Stamp.POSTED, Midnight(0), Midnight(-1))),
        ("posted:2023..2024-01", During(Stamp.POSTED, day(2023), day(2024, 2))),
        ("posted:2024..2023", During(Stamp.POSTED, day(2023), day(2025))),
        ("added:7d", During(Stamp.ADDED, Ago(timedelta(days=7)), None)),
        ("added:2 weeks", During(Stamp.ADDED, Ago(timedelta(days=14)), None)),
        (
            "added:7d..2mo",
            During(Stamp.ADDED, Ago(timedelta(days=60)), Ago(timedelta(days=7))),
        ),
        ("added>2024-01-01", During(Stamp.ADDED, day(2024, 1, 2), None)),
        ("added>=2024-01-01", During(Stamp.ADDED, day(2024), None)),
        ("added<2024", During(Stamp.ADDED, None, day(2024))),
        ("added<=2024", During(Stamp.ADDED, None, day(2025))),
    ],
)
def test_dates_are_days_or_so_long_ago(text: str, expected: Node) -> None:
    assert expected == node(text)


@pytest.mark.parametrize(
    ("text", "wrong", "word", "suggestion"),
    [
        ("jazz artst:x", Wrong.UNKNOWN_FIELD, "artst", "artist"),
        ("duratoin>3m", Wrong.UNKNOWN_FIELD, "duratoin", "duration"),
        ("jazz artist:", Wrong.NO_VALUE, "artist:", ""),
        ("artist:(a or b)", Wrong.NO_VALUE, "artist:", ""),
        ('title:""', Wrong.NO_VALUE, "title:", ""),
        ("artist>x", Wrong.OPERATOR, "artist>x", "artist:x"),
        ("since>2024 jazz", Wrong.OPERATOR, "since>2024", "since:2024"),
        ("jazz duration>3x", Wrong.BAD_DURATION, "duration>3x", ""),
        ("duration>3m..5m", Wrong.BAD_DURATION, "duration>3m..5m", ""),
        ("size<big", Wrong.BAD_SIZE, "size<big", ""),
        ("bitrate:high", Wrong.BAD_BITRATE, "bitrate:high", ""),
        ("year:99", Wrong.BAD_YEAR, "year:99", ""),
        ("plays>many", Wrong.BAD_COUNT, "plays>many", ""),
        ("since:soon", Wrong.BAD_DATE, "since:soon", ""),
        ("posted:2024-13", Wrong.BAD_DATE, "posted:2024-13", ""),
        ("added:2024..soon", Wrong.BAD_DATE, "added:2024..soon", ""),
        ("added>7d", Wrong.WHICH_WAY, "added>7d", "added:7d"),
        ("format:exe", Wrong.BAD_FORMAT, "format:exe", ""),
        ("has:fun", Wrong.BAD_HAS, "has:fun", ""),
        ("is:good", Wrong.BAD_IS, "is:good", ""),
    ],
)
def test_what_is_wrong_is_pointed_at(text: str, wrong: Wrong, word: str, suggestion: str) -> None:
    found = error(text)

    assert (wrong, word, suggestion) == (found.wrong, found.word, found.suggestion)
    assert text == found.text


def test_a_text_that_is_too_long_is_told_so() -> None:
    assert parse("a" * LONGEST).node is not None
    assert Wrong.TOO_LONG is error("a" * (LONGEST + 1)).wrong


def test_brackets_that_are_too_deep_are_told_so() -> None:
    assert parse("(" * DEEPEST + "a").node is not None
    assert Wrong.TOO_DEEP is error("(" * (DEEPEST + 1) + "a").wrong
    assert Wrong.TOO_DEEP is error("-(" * 400).wrong


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("jazz ro", "ro"),
        ("jazz or ro", "ro"),
        ("(jazz ro", "ro"),
        ("artist:ro", "ro"),
    ],
)
def test_a_bare_word_at_the_end_may_go_on(text: str, word: str) -> None:
    query = parse(text)

    assert query.is_unfinished
    assert f"Text(text='{word}'" in repr(query)
    assert 1 == repr(query).count("is_unfinished=True") - 1


@pytest.mark.parametrize(
    "text", ["jazz ", "", "-ro", "-(jazz ro", '"jazz', '"jazz"', "met*", "(jazz)", "year:1999"]
)
def test_anything_else_at_the_end_is_finished(text: str) -> None:
    query = parse(text)

    assert not query.is_unfinished
    assert "is_unfinished=True" not in repr(query)


def test_plain_text_is_words_and_nothing_else() -> None:
    words = ('"live', "artst:x", "-or")

    assert Query(All(tuple(map(Text, words)))) == plain('"live artst:x & -or ')
    assert Query(Text("ro", is_unfinished=True), is_unfinished=True) == plain("ro")
    assert Query(None) == plain("")


_PIECES = (
    *("(", ")", "-", "or", "|", '"', "“", "artist", "duration", "since", "added", "chat", "is"),
    *("size", "year", "format", ":", ">", "<=", "..", "7d", "3m", "2024", "9999-99", "999999999"),
    *("*", "a", "дом", "東京", " ", "\ud800", "\0", "\u0301"),
)
_SOUP = st.lists(st.sampled_from(_PIECES), max_size=60).map("".join)


@given(st.text(max_size=300) | _SOUP | st.text('(-"|:>or ', max_size=LONGEST + 9))
def test_no_text_breaks_the_parser(text: str) -> None:
    plain(text)
    with suppress(QueryError):
        query = parse(text)
        assert query.is_unfinished == ("is_unfinished=True" in repr(query.node))


@given(_SOUP)
def test_what_is_wrong_lies_in_the_text(text: str) -> None:
    found = None
    try:
        parse(text)
    except QueryError as error:
        found = error

    assert found is None or 0 <= found.start <= found.end <= len(text)
