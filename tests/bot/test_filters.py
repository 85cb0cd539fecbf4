from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import commands, filters
from bot.errors import Usage, UsageError
from storage.models import Order, Request
from storage.query.errors import QueryError, Wrong
from tests.bot.library import NOW


def only(args: str) -> Request:
    [request] = commands.download(args, NOW).requests
    return request


def usage_of(args: str) -> tuple[Usage, str]:
    with pytest.raises(UsageError) as caught:
        commands.download(args, NOW)
    return caught.value.usage, caught.value.detail


@pytest.mark.parametrize(
    ("args", "limit", "query"),
    [
        ("@jazz please", 10, "please"),
        ("@jazz 10 duration>3m format:flac -remix", 10, "duration>3m format:flac -remix"),
        ('@jazz duration>3m 5 "live at"', 5, 'duration>3m "live at"'),
        ("@jazz   lossless   3", 3, "lossless"),
        ('@jazz "10 voice all" 3', 3, '"10 voice all"'),
        ("@jazz “live at 20” 3", 3, "“live at 20”"),
        ('@jazz "live at 3', 10, '"live at 3'),
        ("@jazz (metallica or (iron maiden) 10) 3", 3, "(metallica or (iron maiden) 10)"),
        ('@jazz -("a) b" or c) 3', 3, '-("a) b" or c)'),
        ("@jazz (a or 3", 10, "(a or 3"),
        ("@jazz duration > 180 3", 3, "duration>180"),
        ("@jazz artist: 50 3", 3, "artist:50"),
        ('@jazz artist : "50 cent" 3', 3, 'artist:"50 cent"'),
        ("@jazz size < 20 MB", 10, "size<20 MB"),
        ("@jazz 2pac 80s 3", 3, "2pac 80s"),
        ("@jazz re:stacks", 10, "re:stacks"),
        ("@jazz posted:2024 bitrate>=256k", 10, "posted:2024 bitrate>=256k"),
        ("@jazz call of silence", 10, "call of silence"),
        ('@jazz "voice" -voice', 10, '"voice" -voice'),
        ("@jazz a | b", 10, "a | b"),
    ],
)
def test_what_is_no_option_is_a_query(args: str, limit: int, query: str) -> None:
    assert Request("@jazz", limit, query=query) == only(args)


def test_a_query_stands_among_options_and_behind_chats() -> None:
    asked = commands.download('@jazz t.me/rock 5 live oldest since:2024 "at home" takeout', NOW)

    assert ["@jazz", "@rock"] == [request.chat for request in asked.requests]
    assert {'live "at home"'} == {request.query for request in asked.requests}
    assert {(5, Order.OLDEST, True)} == {
        (request.limit, request.order, request.takeout) for request in asked.requests
    }


@pytest.mark.parametrize(
    ("args", "usage", "detail"),
    [
        ("@jazz oldset", Usage.MISSPELT_OPTION, "oldset"),
        ("@jazz vioce", Usage.MISSPELT_OPTION, "vioce"),
        ("@jazz sicne 2024", Usage.MISSPELT_OPTION, "sicne"),
        ("@jazz takeuot", Usage.MISSPELT_OPTION, "takeuot"),
        ("@jazz since you", Usage.MISSPELT_OPTION, "since"),
        ("@jazz from:oldest", Usage.UNKNOWN_WORD, "from:oldest"),
        ("@jazz &", Usage.UNKNOWN_WORD, "&"),
        ("@jazz album:x", Usage.NOT_KNOWN_YET, "album"),
        ("@jazz a or -(b genre:x)", Usage.NOT_KNOWN_YET, "genre"),
        ("@jazz year:1999", Usage.NOT_KNOWN_YET, "year"),
        ("@jazz plays>5", Usage.NOT_KNOWN_YET, "plays"),
        ("@jazz added:7d", Usage.NOT_KNOWN_YET, "added"),
        ("@jazz has:cover", Usage.NOT_KNOWN_YET, "has:cover"),
        ("@jazz is:favorite", Usage.NOT_KNOWN_YET, "is:favorite"),
        ("@jazz is:flawed", Usage.NOT_KNOWN_YET, "is:flawed"),
        ("@jazz chat:@rock", Usage.NOT_KNOWN_YET, "chat"),
        ("t.me/jazz/12 live", Usage.ONE_MESSAGE, ""),
    ],
)
def test_what_cannot_be_filtered_by_is_told(args: str, usage: Usage, detail: str) -> None:
    assert (usage, detail) == usage_of(args)


@pytest.mark.parametrize(
    ("args", "wrong", "word"),
    [
        ("@jazz 10 duration>3x", Wrong.BAD_DURATION, "duration>3x"),
        ("@jazz sinc:2024", Wrong.UNKNOWN_FIELD, "sinc"),
        ('@jazz artst:"a b"', Wrong.UNKNOWN_FIELD, "artst"),
        ("@jazz format:exe 5", Wrong.BAD_FORMAT, "format:exe"),
    ],
)
def test_a_query_that_cannot_be_read_is_pointed_at(args: str, wrong: Wrong, word: str) -> None:
    with pytest.raises(QueryError) as caught:
        commands.download(args, NOW)

    assert (wrong, word) == (caught.value.wrong, caught.value.word)


@pytest.mark.parametrize("text", ["@jazz please", "@jazz format:flac"])
def test_what_is_no_command_is_no_query(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        commands.plain(text, NOW)

    assert Usage.UNKNOWN_WORD is caught.value.usage


def test_words_around_a_link_are_no_query() -> None:
    assert (Request("@jazz", 10),) == commands.plain("t.me/jazz what a channel!", NOW).requests


def test_a_command_without_its_slash_may_filter() -> None:
    assert (Request("@jazz", 5, query="live"),) == commands.plain(
        "download @jazz 5 live", NOW
    ).requests


@given(st.text('()"“ -a:>or1', max_size=60))
def test_parts_lose_nothing_but_spaces(text: str) -> None:
    found = "".join(filters.parts(text))

    assert "".join(text.split()) == "".join(found.split())
