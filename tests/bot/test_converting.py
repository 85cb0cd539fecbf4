from __future__ import annotations

from datetime import timedelta

import pytest

from bot.converting import bitrate, read
from bot.errors import Usage, UsageError
from downloader.conversion import Conversion, Into


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@pytest.mark.parametrize(
    ("text", "into", "rate"),
    [
        ("mp3", Into.MP3, None),
        ("mp3 192k", Into.MP3, 192_000),
        ("192k MP3", Into.MP3, 192_000),
        ("mp3 192", Into.MP3, 192_000),
        ("mp3 192kbps", Into.MP3, 192_000),
        ("mp3 192 ", Into.MP3, 192_000),
        ("opus 64kbit/s", Into.OPUS, 64_000),
        ("ogg 64kb/s", Into.OPUS, 64_000),
        ("128k", Into.MP3, 128_000),
        ("voice", Into.VOICE, None),
        ("Voice 32k", Into.VOICE, 32_000),
        ("", Into.MP3, None),
    ],
)
def test_formats_and_bitrates_are_understood(text: str, into: Into, rate: int | None) -> None:
    assert Conversion(into, rate) == read(text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("0:30-1:00", 30, 60),
        ("0:30 - 1:00", 30, 60),
        ("0:30–1:00", 30, 60),
        ("from 0:30 to 1:00", 30, 60),
        ("1:20.5-2:40.25", 80.5, 160.25),
        ("1:00:00-1:10:00", 3600, 4200),
        ("90-120", 90, 120),
        ("90s-120s", 90, 120),
        ("1:20-", 80, None),
        ("-2:40", 0, 160),
        ("0:00-0:10", 0, 10),
        ("75:00-80:00", 4500, 4800),
    ],
)
def test_a_piece_alone_stays_as_it_is(text: str, start: float, end: float | None) -> None:
    until = None if end is None else seconds(end)

    assert Conversion(Into.SAME, None, seconds(start), until) == read(text)


def test_all_of_it_goes_together_in_any_order() -> None:
    wanted = Conversion(Into.OPUS, 64_000, seconds(80), seconds(160))

    assert {wanted} == {read("opus 64k 1:20-2:40"), read("1:20 - 2:40 64k opus")}
    assert Conversion(Into.MP3, 96_000, seconds(80)) == read("96k 1:20-")


@pytest.mark.parametrize(
    ("text", "usage", "detail"),
    [
        ("flac", Usage.BAD_CONVERSION, "flac"),
        ("mp3 please", Usage.BAD_CONVERSION, "please"),
        ("mp3 1:20", Usage.BAD_CONVERSION, "1:20"),
        ("mp3 -", Usage.BAD_CONVERSION, "-"),
        ("mp3 8k", Usage.BAD_BITRATE, "8k"),
        ("mp3 999k", Usage.BAD_BITRATE, "999k"),
        ("192k voice", Usage.BAD_BITRATE, "192k"),
        ("0", Usage.BAD_BITRATE, "0"),
        ("2:40-1:20", Usage.BAD_PIECE, "2:40-1:20"),
        ("1:20-1:20", Usage.BAD_PIECE, "1:20-1:20"),
        ("0:00-", Usage.BAD_PIECE, "0:00-"),
        ("1-2-3", Usage.BAD_PIECE, "1-2-3"),
        ("1:2-3:4", Usage.BAD_PIECE, "1:2-3:4"),
        ("mp3 opus", Usage.TWICE, "opus"),
        ("96k 128k", Usage.TWICE, "128k"),
        ("1:00-2:00 3:00-4:00", Usage.TWICE, "3:00-4:00"),
        ("; rm -rf /", Usage.BAD_CONVERSION, ";"),
    ],
)
def test_of_what_is_not_understood_the_word_is_told(text: str, usage: Usage, detail: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text)

    assert (usage, detail) == (caught.value.usage, caught.value.detail)


def test_a_bitrate_is_read_alone_too() -> None:
    assert 96_000 == bitrate("96k", Into.OPUS)
    with pytest.raises(UsageError):
        bitrate("fast", Into.OPUS)
