from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.models import Chat, ChatKind
from storage.query.facts import Facts
from storage.query.matching import matches
from storage.query.parser import parse, plain

NOW = datetime(2024, 6, 15, 12, tzinfo=UTC)
JAZZ = Chat(-1001234567890, "Late Night Jazz", "jazz", ChatKind.CHANNEL)
TRACK = Facts(
    artist="Björk",
    title="Jóga (Live at Home)",
    album="Homogenic",
    name="bjork_joga_2.FLAC",
    genre="Electronic",
    year=1997,
    duration=timedelta(minutes=5, seconds=5, milliseconds=400),
    size=30_000_000,
    bitrate=800_000,
    format="flac",
    posted_at=NOW - timedelta(days=3),
    added_at=NOW - timedelta(hours=13),
    chats=(JAZZ,),
    has_cover=True,
    has_file=True,
    is_favorite=False,
    is_flawed=False,
    plays=6,
)


def fits(text: str, facts: Facts = TRACK) -> bool:
    return matches(parse(text), facts, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bjork joga",
        "BJÖRK",
        '"live at home"',
        '"at ho"*',
        "hom*",
        "homogenic",
        "artist:bjork -artist:sting",
        "sting or bjork",
        "-remix",
        "-(remix or cover)",
        "year:1990..1999 genre:electronic",
        "duration<=5:05 duration:5m duration<6m",
        "size>=30MB size<=30MB",
        "bitrate>320 lossless format:flac",
        "posted:7d since:2024-06-12 until:2024-06-13",
        "added:yesterday -added:today",
        "chat:@JAZZ chat:t.me/jazz chat:-1001234567890 chat:night",
        "has:cover has:file -is:favorite -is:flawed plays>5",
    ],
)
def test_a_track_fits(text: str) -> None:
    assert fits(text)


@pytest.mark.parametrize(
    "text",
    [
        "jog",  # still being typed, but here words are whole
        '"at live"',
        '"homogenic bjork"',  # a phrase never runs from one text into another
        "flac",  # the ending of a file is no word of its name
        "artist:joga",
        "title:bjork",
        "-bjork",
        "year:1998",
        "duration>5:05",
        "size<30MB",
        "posted:2d",
        "added:today",
        "chat:@rock",
        "chat:day",
        "is:favorite",
        "plays>6",
        "format:mp3",
        "-lossless",
    ],
)
def test_a_track_does_not_fit(text: str) -> None:
    assert not fits(text)


@pytest.mark.parametrize(
    "condition",
    [
        *("artist:a", "album:a", "genre:a", "year:1999", "duration>1", "size>1", "bitrate>1"),
        *("plays>1", "format:mp3", "lossless", "posted:7d", "added:7d", "chat:@jazz"),
        *("has:cover", "is:fav", "a"),
    ],
)
def test_of_what_is_not_known_neither_it_nor_its_negation_is_true(condition: str) -> None:
    assert not fits(condition, Facts())
    assert not fits(f"-{condition}", Facts())
    assert not fits(f"-(-{condition})", Facts())
    assert fits(f"{condition} or title:x", Facts(title="x"))
    assert not fits(f"-({condition} or title:x)", Facts(title="x"))
    assert fits(f"-({condition} title:y)", Facts(title="x"))


def test_words_are_looked_for_in_what_is_known() -> None:
    assert fits("-remix", Facts(title="One"))
    assert fits("one", Facts(name="one.mp3"))


def test_scripts_without_spaces_match_in_the_middle() -> None:
    assert fits("京", Facts(title="東京事変"))
    assert fits("京事", Facts(title="東京事変"))
    assert not fits("事京", Facts(title="東京事変"))


def test_today_begins_at_midnight() -> None:
    midnight = NOW.replace(hour=0)

    assert fits("added:today", replace(TRACK, added_at=midnight))
    assert fits("added:yesterday", replace(TRACK, added_at=midnight - timedelta(microseconds=1)))


@given(st.text(max_size=50), st.text(max_size=50))
def test_no_text_breaks_it(words: str, title: str) -> None:
    matches(plain(words), Facts(title=title, name=title), NOW)
