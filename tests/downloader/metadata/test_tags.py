from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downloader.metadata.tags import Tags, TagsUnreadableError, understood
from storage.formats import MP3

SIZE = 1_000_000
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = ("title", "artist", "album", "genre", "date", "track", "seconds", "bitrate", "cover")


def tags(**said: Any) -> Tags:
    return understood(json.dumps(said).encode(), MP3, SIZE, is_sure=True)


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_whatever_is_answered_the_fields_are_what_they_should_be(said: dict[str, Any]) -> None:
    found = tags(**said)

    for text in (found.title, found.artist, found.album, found.genre):
        assert text == " ".join(text.encode().decode().split())
        assert "\0" not in text
        assert len(text) <= 500
    assert found.year is None or 1000 <= found.year <= 2100
    assert found.track is None or 1 <= found.track <= 9999
    assert found.duration is None or timedelta() < found.duration <= timedelta(days=7)
    assert found.bitrate is None or 1 <= found.bitrate <= 100_000_000


@given(st.binary())
def test_what_is_no_object_of_json_is_no_answer(line: bytes) -> None:
    with pytest.raises(TagsUnreadableError) as error:
        understood(b"[" + line, MP3, SIZE, is_sure=True)

    assert MP3 == error.value.kind


def test_text_is_on_one_line_and_can_be_stored() -> None:
    found = tags(title="So\nWhat\0\0", artist="\ud800", album="  Kind of\u2028Blue ")

    assert ("So What", "\N{REPLACEMENT CHARACTER}", "Kind of Blue") == (
        found.title, found.artist, found.album,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("1959", 1959),
        ("1959-08-17", 1959),
        ("19590817", 1959),
        ("17.08.1959", 1959),
        ("1959-08-17T12:00:00", 1959),
        ("99999", None),
        ("0000", None),
        ("59", None),
        ("", None),
    ],
)
def test_years_are_found_in_dates(date: str, year: int | None) -> None:
    assert year == tags(date=date).year


@pytest.mark.parametrize(
    ("written", "track"),
    [("3", 3), ("03/12", 3), ("0/0", None), ("-1", None), ("A1", None), ("9" * 30, None)],
)
def test_track_numbers_are_those_that_can_be(written: str, track: int | None) -> None:
    assert track == tags(track=written).track


@pytest.mark.parametrize("seconds", [0, -1, 10**12, float("nan"), float("inf"), True, "3", 10**400])
def test_durations_that_cannot_be_are_none(seconds: Any) -> None:
    assert tags(seconds=seconds).duration is None


def test_without_a_bitrate_the_mean_of_the_file_counts() -> None:
    assert 320_000 == tags(seconds=10, bitrate=320_000).bitrate
    assert 800_000 == tags(seconds=10).bitrate
    assert tags().bitrate is None


def test_bytes_that_nobody_recognised_must_sound() -> None:
    line = json.dumps({"seconds": 9, "sketchy": True}).encode()
    with pytest.raises(TagsUnreadableError) as error:
        understood(line, MP3, SIZE, is_sure=False)
    sound = understood(line.replace(b"true", b"false"), MP3, SIZE, is_sure=False)

    assert error.value.kind is None
    assert timedelta(seconds=9) == sound.duration
