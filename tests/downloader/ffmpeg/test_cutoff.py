from __future__ import annotations

import pytest

from downloader.ffmpeg.cutoff import TOP, edge_in, flaws_of, is_silent
from storage.sound import Flaw, Sound

STEPS = 512


def spectrum(end: float, fall: float = 35.0) -> list[float]:
    """Fade by two decibels in a kilohertz, and fall at the end."""
    frequencies = (TOP * step / STEPS for step in range(STEPS))
    return [-40 - 2 * hz / 1000 - (fall if hz > end else 0) for hz in frequencies]


def sound(codec: str, bitrate: int = 320_000, sample_rate: int | None = 44_100) -> Sound:
    return Sound(codec, None, bitrate, sample_rate)


@pytest.mark.parametrize("end", [11_100, 16_000, 19_400, 20_200, 21_000])
def test_an_edge_is_found_where_it_is(end: int) -> None:
    assert edge_in(spectrum(end)) == pytest.approx(end, abs=250)


@pytest.mark.parametrize("levels", [spectrum(TOP), spectrum(16_000, fall=12), spectrum(5_000)])
def test_what_fades_or_ends_below_all_encoders_has_no_edge(levels: list[float]) -> None:
    assert edge_in(levels) is None


@pytest.mark.parametrize("codec", ["flac", "alac", "pcm", "ape", "wavpack", "tta"])
def test_what_lost_nothing_has_no_edge_that_encoders_make(codec: str) -> None:
    assert {Flaw.FAKE_LOSSLESS} == flaws_of(19_400, sound(codec))
    assert not flaws_of(20_200, sound(codec))
    assert not flaws_of(None, sound(codec))


@pytest.mark.parametrize(
    ("kilobits", "edge", "is_flawed"),
    [
        (320, 16_500, True),
        (320, 18_800, True),
        (320, 19_400, False),
        (256, 17_300, True),
        (256, 18_800, False),
        (192, 15_300, True),
        (192, 16_000, False),
        (128, 11_100, True),
        (128, 15_300, False),
        (96, 11_100, False),
    ],
)
def test_what_was_made_of_a_lower_bitrate_ends_where_that_ends(
    kilobits: int, edge: int, is_flawed: bool
) -> None:
    expected = {Flaw.UPSAMPLED} if is_flawed else set()

    assert expected == flaws_of(edge, sound("mp3", kilobits * 1000))


@pytest.mark.parametrize(
    "other",
    [sound("dsd"), sound("speex"), sound(""), sound("flac", sample_rate=32_000), Sound("flac")],
)
def test_where_another_edge_is_right_none_is_held_against_it(other: Sound) -> None:
    assert not flaws_of(11_100, other)


def test_silence_is_what_nobody_can_hear() -> None:
    assert is_silent([-95.0] * STEPS)
    assert not is_silent([-95.0] * (STEPS - 1) + [-60.0])
