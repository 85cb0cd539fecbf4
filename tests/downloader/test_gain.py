from __future__ import annotations

import pytest

from downloader.gain import Gain


def test_a_loud_track_is_turned_down_and_a_quiet_one_up() -> None:
    assert "-8.50 dB" == Gain(-9.5, 1.0).replaygain
    assert "4.20 dB" == Gain(-22.2, 1.0).replaygain


def test_the_peak_is_told_to_the_sixth_place() -> None:
    assert "1.059254" == Gain(-9.5, 1.0592537).replaygain_peak


@pytest.mark.parametrize(
    ("loudness", "told"), [(-23.0, "0"), (-22.0, "-256"), (-9.5, "-3456"), (-70.0, "12032")]
)
def test_opus_counts_in_parts_of_a_decibel_from_another_loudness(
    loudness: float, told: str
) -> None:
    assert told == Gain(loudness, 1.0).r128


def test_no_loudness_is_beyond_the_number_it_is_told_in() -> None:
    assert ("32767", "-32768") == (Gain(-1000.0, 0.0).r128, Gain(1000.0, 0.0).r128)
