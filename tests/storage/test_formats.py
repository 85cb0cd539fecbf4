from __future__ import annotations

from datetime import timedelta

import pytest

from storage.formats import (
    average_bitrate,
    format_of,
    formats_called,
    is_lossless,
    of_name,
    without_ending,
)


def test_every_known_extension_says_its_own_type() -> None:
    kind = of_name("x.opus")

    assert kind is not None
    assert ("opus", "audio/ogg") == (kind.extension, kind.mime)


@pytest.mark.parametrize(
    ("name", "mime", "expected"),
    [
        ("a.FLAC", "audio/mpeg", "flac"),
        ("a", "audio/mpeg; charset=x", "mp3"),
        ("a.oga", "", "ogg"),
        ("a.exe", "text/html", None),
    ],
)
def test_a_format_is_what_the_name_or_the_type_says(
    name: str, mime: str, expected: str | None
) -> None:
    assert expected == format_of(name, mime)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Flac", ("flac",)),
        (".mp4", ("m4a",)),
        ("alac", ("m4a",)),
        ("aac", ("aac", "m4a")),
        ("x", ()),
    ],
)
def test_a_format_has_several_names(word: str, expected: tuple[str, ...]) -> None:
    assert expected == formats_called(word)


@pytest.mark.parametrize(
    ("name", "bitrate", "expected"),
    [
        ("flac", None, True),
        ("wv", 1, True),
        ("mp3", 900_000, False),
        ("m4a", 256_000, False),
        ("m4a", 900_000, True),
        ("m4a", None, None),
        (None, 900_000, None),
    ],
)
def test_what_is_lossless_follows_from_the_format_and_else_from_the_bitrate(
    name: str | None, bitrate: int | None, expected: bool | None
) -> None:
    assert expected is is_lossless(name, bitrate)


@pytest.mark.parametrize(
    ("size", "seconds", "expected"),
    [
        (8_000_000, 200, 320_000),
        (7_980_000, 200, 320_000),  # the length was rounded up
        (8_100_000, 200, 320_000),  # a cover
        (9_000_000, 200, 360_000),
        (30_000_000, 240, 1_000_000),
        (5, 0, None),
    ],
)
def test_the_bitrate_follows_from_size_and_length(
    size: int, seconds: int, expected: int | None
) -> None:
    assert expected == average_bitrate(size, timedelta(seconds=seconds))


def test_only_an_ending_that_says_a_format_is_taken_away() -> None:
    assert "a.b" == without_ending("a.b.mp3")
    assert "Vol. 2" == without_ending("Vol. 2")
