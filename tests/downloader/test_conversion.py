from __future__ import annotations

from datetime import timedelta

import pytest

from downloader.conversion import BITRATES, Conversion, Into
from storage.formats import APE, FLAC, MP3, OGG, OPUS, Kind

WHOLE = timedelta(minutes=4)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [(0, None, 240), (60, None, 180), (60, 90, 30), (60, 999, 180), (300, None, 0)],
)
def test_a_piece_ends_with_the_track_at_the_latest(
    start: int, end: int | None, length: int
) -> None:
    piece = Conversion(Into.MP3, None, seconds(start), None if end is None else seconds(end))

    assert seconds(length) == piece.length_of(WHOLE)
    assert (length == 0) is piece.is_beyond(WHOLE)


def test_of_a_track_whose_length_nobody_knows_nothing_is_beyond_it() -> None:
    piece = Conversion(Into.MP3, 128_000, seconds(60), seconds(90))

    assert not piece.is_beyond(timedelta(0))
    assert seconds(30) == piece.length_of(timedelta(0))
    assert Conversion(Into.MP3, 128_000).bytes_of(1000, timedelta(0)) is None


@pytest.mark.parametrize(
    ("kind", "into"), [(MP3, Into.SAME), (FLAC, Into.SAME), (APE, Into.MP3), (None, Into.MP3)]
)
def test_what_cannot_be_cut_as_it_is_becomes_mp3(kind: Kind | None, into: Into) -> None:
    made = Conversion(Into.SAME, end=seconds(30)).made_of(kind, WHOLE)

    assert into is made.into
    assert kind if into is Into.SAME else MP3 == made.kind_of(kind)


@pytest.mark.parametrize("into", [Into.MP3, Into.OPUS, Into.VOICE])
def test_a_bitrate_that_was_said_stays_and_another_is_usual(into: Into) -> None:
    assert 40_000 == Conversion(into, 40_000).made_of(FLAC, WHOLE).bitrate
    least, _, most = BITRATES[into]
    assert least <= (Conversion(into).made_of(FLAC, WHOLE).bitrate or 0) <= most


@pytest.mark.parametrize(
    ("minutes", "bitrate"), [(1, 64_000), (3, 42_000), (4, 32_000), (60, 32_000), (0, 48_000)]
)
def test_a_voice_note_has_a_waveform_where_it_can(minutes: int, bitrate: int) -> None:
    whole = timedelta(minutes=minutes)

    assert bitrate == Conversion(Into.VOICE).made_of(MP3, whole).bitrate


def test_how_large_it_becomes_is_estimated() -> None:
    assert 30 * 16_000 == Conversion(Into.MP3, 128_000, end=seconds(30)).bytes_of(1, WHOLE)
    assert 500 == Conversion(Into.SAME, end=seconds(120)).bytes_of(1000, WHOLE)


def test_the_highest_bitrate_that_fits_is_known() -> None:
    hour = timedelta(hours=1)

    assert 101_000 == Conversion(Into.MP3, 320_000).fitting(hour, 50_000_000)
    assert 76_000 == Conversion(Into.OPUS, 96_000).fitting(hour, 50_000_000)
    assert Conversion(Into.MP3, 320_000).fitting(10 * hour, 50_000_000) is None
    assert Conversion(Into.SAME).fitting(hour, 50_000_000) is None


@pytest.mark.parametrize(
    ("kind", "bitrate", "is_idle"),
    [
        (OPUS, 64_000, True), (OPUS, 96_000, True), (OPUS, 128_000, False),
        (OPUS, None, False), (MP3, 64_000, False), (OGG, 64_000, False),
    ],
)  # fmt: skip
def test_what_is_small_enough_already_need_not_be_converted(
    kind: Kind, bitrate: int | None, is_idle: bool
) -> None:
    assert is_idle is Conversion(Into.OPUS, 96_000).is_idle(kind, bitrate)
    assert not Conversion(Into.OPUS, 96_000, end=seconds(1)).is_idle(kind, bitrate)
    assert not Conversion(Into.VOICE, 96_000).is_idle(kind, bitrate)
