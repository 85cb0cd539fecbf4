from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from downloader.gating import SILENCE, counted, packed, together, unpacked

LEVELS = st.lists(st.floats(-80, 5), max_size=50)


@pytest.mark.parametrize(
    ("tracks", "loudness"),
    [
        ([[-20.0] * 10], -20.0),
        ([[-20.0] * 10, [-20.0] * 30], -20.0),
        # Energy is averaged: half of it is 3 LU less.
        ([[-20.0] * 10, [-29.9] * 10], -22.6),
        # So quiet beside the rest, moments do not count.
        ([[-20.0] * 10, [-40.0] * 10], -20.0),
        ([[-20.0] * 10, [-90.0] * 10], -20.0),
        # The longer track weighs more.
        ([[-20.0] * 30, [-26.0] * 10], -20.9),
    ],
)
def test_an_album_is_as_loud_as_its_moments(tracks: list[list[float]], loudness: float) -> None:
    found = together(map(counted, tracks))

    assert loudness == pytest.approx(found, abs=0.05)


@pytest.mark.parametrize("moments", [[], [-90.0, -math.inf, math.nan]])
def test_silence_has_no_loudness(moments: list[float]) -> None:
    assert together([counted(moments)]) is None


@given(LEVELS)
@settings(max_examples=50)
def test_moments_are_stored_whole(levels: list[float]) -> None:
    assert counted(levels) == unpacked(packed(counted(levels)))


@given(st.lists(LEVELS, max_size=3))
@settings(max_examples=50)
def test_nothing_is_louder_than_its_loudest_moment(tracks: list[list[float]]) -> None:
    found = together(map(counted, tracks))
    loudest = max((level for levels in tracks for level in levels), default=SILENCE)

    assert found is None or SILENCE - 0.1 <= found <= loudest + 0.1
