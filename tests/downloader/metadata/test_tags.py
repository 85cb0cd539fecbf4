from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downloader.metadata.tags import Tags, TagsUnreadableError, understood
from storage.description import Provenance
from storage.formats import MP3
from storage.sound import Flaw

SIZE = 1_000_000
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = (
    "title", "artist", "album", "album_artist", "composer", "genre", "date", "track_number",
    "track_total", "disc_number", "is_compilation", "seconds", "bitrate", "sample_rate", "channels",
    "bits", "codec", "cover", "lyrics", "gain", "flaws",
)  # fmt: skip


def tags(**said: Any) -> Tags:
    return understood(said | {"broken": False}, MP3, SIZE, is_sure=True)


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_whatever_is_answered_the_fields_are_what_they_should_be(said: dict[str, Any]) -> None:
    found = tags(**said)
    named, sound = found.description, found.sound

    for text in (named.title, named.artist, named.album, named.genre, named.album_artist):
        assert text == " ".join(text.encode().decode().split())
        assert "\0" not in text
        assert len(text) <= 500
        assert text == unicodedata.normalize("NFC", text)
    assert named.year is None or 1000 <= named.year <= 2100
    assert re.fullmatch(r"(\d{4}(-\d\d(-\d\d)?)?)?", named.date)
    assert named.track_number is None or 1 <= named.track_number <= 9999
    assert sound.duration is None or timedelta() < sound.duration <= timedelta(days=7)
    assert sound.bitrate is None or 1 <= sound.bitrate <= 100_000_000
    assert sound.channels is None or 1 <= sound.channels <= 64
    assert {Provenance.TAGS} >= set(named.provenance.values())
    assert all(getattr(named, field) for field in named.provenance)
    assert found.flaws <= set(Flaw)


def test_no_answer_is_that_of_a_broken_file() -> None:
    for said in ({}, {"broken": True, "flaws": ["truncated", "evil"]}):
        with pytest.raises(TagsUnreadableError) as error:
            understood(said, MP3, SIZE, is_sure=True)

        assert MP3 == error.value.kind
        assert error.value.flaws == ({Flaw.TRUNCATED} if said else set())


def test_text_is_on_one_line_and_can_be_stored() -> None:
    found = tags(title="So\nWhat\0\0", artist="\ud800", album="  Kind of\u2028Blue ").description

    assert ("So What", "\N{REPLACEMENT CHARACTER}", "Kind of Blue") == (
        found.title, found.artist, found.album,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("1959", "1959"),
        ("1959-08", "1959-08"),
        ("1959-08-17", "1959-08-17"),
        ("19590817", "1959-08-17"),
        ("1959/08/17", "1959-08-17"),
        ("17.08.1959", "1959-08-17"),
        ("1959-08-17T12:00:00", "1959-08-17"),
        ("1959-00-00", "1959"),
        ("1959-02-31", "1959-02"),
        ("1959-8-17", "1959"),
        ("Aug 17, 1959", "1959"),
        ("99999", ""),
        ("0000", ""),
        ("59", ""),
        ("", ""),
    ],
)
def test_row86_of_a_date_as_much_is_kept_as_makes_sense(written: str, date: str) -> None:
    assert date == tags(date=written).description.date


@pytest.mark.parametrize(
    ("written", "number", "total"),
    [
        ("3", 3, None), ("03/12", 3, 12), ("3 of 12", 3, 12), ("0/0", None, None),
        ("0/12", None, 12), ("-1", None, None), ("A1", None, None), ("9" * 30, None, None),
    ],
)  # fmt: skip
def test_row86_numbers_are_those_that_can_be(
    written: str, number: int | None, total: int | None
) -> None:
    found = tags(track_number=written, disc_number=written).description

    assert (number, total) == (found.track_number, found.track_total)
    assert (number, total) == (found.disc_number, found.disc_total)


@pytest.mark.parametrize("total", ["12", "3/12"])
def test_a_total_may_stand_apart(total: str) -> None:
    found = tags(track_number="3", track_total=total).description

    assert (3, 12) == (found.track_number, found.track_total)


@pytest.mark.parametrize(("written", "is_one"), [("1", True), ("True", True), ("0", False)])
def test_a_compilation_says_so(written: str, is_one: bool) -> None:
    assert is_one == tags(is_compilation=written).description.is_compilation


def test_what_is_known_remembers_that_the_tags_said_it() -> None:
    found = tags(title="So What", track_number="3").description

    assert {"title": Provenance.TAGS, "track_number": Provenance.TAGS} == found.provenance


@pytest.mark.parametrize("seconds", [0, -1, 10**12, float("nan"), float("inf"), True, "3", 10**400])
def test_row86_durations_that_cannot_be_are_none(seconds: Any) -> None:
    assert tags(seconds=seconds).sound.duration is None


def test_without_a_bitrate_the_mean_of_the_file_counts() -> None:
    assert 320_000 == tags(seconds=10, bitrate=320_000).sound.bitrate
    assert 800_000 == tags(seconds=10).sound.bitrate
    assert tags().sound.bitrate is None


def test_bytes_that_nobody_recognised_must_sound() -> None:
    said = {"broken": False, "seconds": 9, "sketchy": True}
    with pytest.raises(TagsUnreadableError) as error:
        understood(said, MP3, SIZE, is_sure=False)
    found = understood(said | {"sketchy": False}, MP3, SIZE, is_sure=False)

    assert error.value.kind is None
    assert timedelta(seconds=9) == found.sound.duration
