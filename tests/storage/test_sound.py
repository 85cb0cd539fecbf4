from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from storage.sound import (
    Basis,
    Flaw,
    Grade,
    Judgement,
    Sound,
    graded,
    is_other_length,
    judged,
)

MP3 = Sound("mp3", timedelta(minutes=3), 320_000, 44_100, 2)
FLAC = Sound("flac", timedelta(minutes=3), 900_000, 44_100, 2, 16)
NONE: frozenset[Flaw] = frozenset()


@pytest.mark.parametrize(
    ("codec", "kilobits", "channels", "grade"),
    [
        ("mp3", 64, 2, Grade.POOR), ("mp3", 96, 2, Grade.FAIR), ("mp3", 128, 2, Grade.FAIR),
        ("mp3", 192, 2, Grade.GOOD), ("mp3", 320, 2, Grade.GOOD), ("mp3", 64, 1, Grade.FAIR),
        ("opus", 40, 2, Grade.POOR), ("opus", 64, 2, Grade.FAIR), ("opus", 128, 2, Grade.GOOD),
        ("aac", 64, 2, Grade.POOR), ("aac", 128, 2, Grade.FAIR), ("aac", 256, 2, Grade.GOOD),
        ("mp2", 192, 2, Grade.FAIR), ("vorbis", 160, 2, Grade.GOOD),
    ],
)  # fmt: skip
def test_lossy_sound_is_graded_by_what_its_bits_are_worth(
    codec: str, kilobits: int, channels: int, grade: Grade
) -> None:
    sound = Sound(codec, None, kilobits * 1000, 44_100, channels)

    assert Judgement(grade, Basis.BITRATE) == judged(sound, NONE)


@pytest.mark.parametrize("codec", ["flac", "alac", "pcm", "wavpack", "ape", "tta", "dsd"])
def test_where_nothing_was_lost_it_is_excellent(codec: str) -> None:
    sound = Sound(codec, sample_rate=44_100)

    assert Judgement(Grade.EXCELLENT, Basis.LOSSLESS) == judged(sound, NONE)


def test_without_treble_nothing_is_good() -> None:
    voice = Sound("pcm", None, 128_000, 8_000, 1, 16)

    assert Judgement(Grade.FAIR, Basis.SAMPLE_RATE) == judged(voice, NONE)


def test_of_what_nobody_knows_the_middle_is_thought() -> None:
    assert Judgement(Grade.FAIR, Basis.UNKNOWN) == judged(Sound(), NONE)


@pytest.mark.parametrize(
    ("flaw", "grade"),
    [
        (Flaw.TRUNCATED, Grade.BROKEN), (Flaw.BROKEN_FRAMES, Grade.BROKEN),
        (Flaw.UPSAMPLED, Grade.POOR), (Flaw.SILENT, Grade.POOR), (Flaw.FAKE_LOSSLESS, Grade.FAIR),
        (Flaw.OTHER_LENGTH, Grade.FAIR),
    ],
)  # fmt: skip
def test_a_flaw_is_the_reason_for_what_it_leaves(flaw: Flaw, grade: Grade) -> None:
    assert Judgement(grade, flaw) == judged(FLAC, frozenset({flaw}))
    assert Judgement(grade, flaw) == judged(FLAC, frozenset({flaw, Flaw.OTHER_LENGTH}))


def test_what_is_poor_already_is_not_poor_because_of_a_lesser_flaw() -> None:
    poor = Sound("mp3", None, 32_000, 44_100, 2)

    assert Basis.BITRATE == judged(poor, frozenset({Flaw.OTHER_LENGTH})).reason


def test_no_flaw_ever_makes_a_file_better() -> None:
    for sound, flaw, other in product((MP3, FLAC, Sound()), Flaw, Flaw):
        assert graded(sound, frozenset({flaw, other})) <= graded(sound, frozenset({flaw}))
        assert graded(sound, frozenset({flaw})) <= graded(sound, NONE)


@pytest.mark.parametrize(
    ("found", "declared", "is_other"),
    [
        (180, 180, False), (178, 180, False), (183, 180, False), (170, 180, True),
        (191, 180, True), (3500, 3600, False), (3400, 3600, True), (2, 5, False), (0, 180, False),
        (180, 0, False),
    ],
)  # fmt: skip
def test_a_length_may_differ_a_little(found: int, declared: int, is_other: bool) -> None:
    assert is_other == is_other_length(timedelta(seconds=found), timedelta(seconds=declared))


def test_a_length_that_nobody_knows_is_no_other_one() -> None:
    assert not is_other_length(None, timedelta(seconds=180))
