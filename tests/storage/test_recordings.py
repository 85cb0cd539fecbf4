from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.recordings import NAMELESS, Rendition, betters, key_of, ranked

_PLAIN = Rendition(1, timedelta(seconds=200), True, "mp3", 320_000, False, False, "1", recording=7)


@pytest.mark.parametrize(
    ("title", "artist"),
    [
        ("So What", "Miles Davis"),
        ("SO WHÁT", "miles  davis"),
        ("So What (Official Video)", "Miles Davis"),
        ("So What [Official Music Video]", "Miles Davis"),
        ("So What (Official HD Video)", "Miles Davis"),
        ("So What [HD]", "Miles Davis"),
        ("So What [4K]", "Miles Davis"),
        ("So What (Audio)", "Miles Davis"),
        ("So What (Lyrics)", "Miles Davis"),
        ("So What (Lyric Video) [HQ]", "Miles Davis"),
        ("So What (with lyrics)", "Miles Davis"),
        ("So What (M/V)", "Miles Davis"),
        ("So What 【MV】", "Miles Davis"),
        ("So What - Official Video", "Miles Davis"),
        ("So What | Official Audio", "Miles Davis"),
        ("So What (feat. John Coltrane)", "Miles Davis"),
        ("So What [ft John Coltrane]", "Miles Davis"),
        ("So What feat. John Coltrane", "Miles Davis"),
        ("So What ft. John Coltrane & Bill Evans", "Miles Davis"),
        ("So What featuring John Coltrane (Official Video)", "Miles Davis"),
        ("So What", "Miles Davis feat. John Coltrane"),
        ("So What", "Miles Davis (feat. John Coltrane)"),
        ("So What", "Miles Davis - Topic"),
        ("So What", "MilesDavisVEVO"),
        ("Miles Davis - So What", "Miles Davis"),
        ("Miles Davis – So What (Official Video)", "Miles Davis"),
        ("So What.mp3", "Miles Davis"),
        ("So-What", "Miles Davis"),
    ],
)
def test_what_is_said_of_a_posting_does_not_tell_recordings_apart(title: str, artist: str) -> None:
    assert key_of(title, artist) == key_of("So What", "Miles Davis")


@pytest.mark.parametrize(
    ("title", "artist"),
    [
        ("So What (Remix)", "Miles Davis"),
        ("So What (Live)", "Miles Davis"),
        ("So What (Official Live Video)", "Miles Davis"),
        ("So What - Live", "Miles Davis"),
        ("So What feat. John Coltrane - Live", "Miles Davis"),
        ("So What feat. John Coltrane (Remix)", "Miles Davis"),
        ("So What (Acoustic)", "Miles Davis"),
        ("So What (Instrumental)", "Miles Davis"),
        ("So What (Remastered 2011)", "Miles Davis"),
        ("So What - Remaster", "Miles Davis"),
        ("So What (Radio Edit)", "Miles Davis"),
        ("So What, Pt. 1", "Miles Davis"),
        ("So What, Pt. 2", "Miles Davis"),
        ("So What (Part 2)", "Miles Davis"),
        ("So What (Take 3)", "Miles Davis"),
        ("So What (Full)", "Miles Davis"),
        ("So What Else", "Miles Davis"),
        ("So What", "Miles"),
        ("So What", "Pink"),
        ("Feat", "Miles Davis"),
    ],
)
def test_what_means_another_recording_tells_them_apart(title: str, artist: str) -> None:
    assert key_of(title, artist) != key_of("So What", "Miles Davis")


def test_names_of_other_scripts_are_told_apart_and_together() -> None:
    assert key_of("Группа крови (Официальное видео)", "Кино") != NAMELESS
    assert key_of("группа крови (feat. Цой)", "КИНО") == key_of("Группа крови", "Кино")
    assert key_of("東京 [MV]", "椎名林檎") == key_of("東京", "椎名林檎")


def test_a_title_that_is_nothing_else_is_a_title() -> None:
    assert key_of("(Audio)", "Band") == key_of("Audio", "Band")
    assert key_of("Video", "Band") != key_of("Audio", "Band")
    assert key_of("Band - Band", "Band") == key_of("Band", "Band")
    assert key_of("With", "Band") != NAMELESS
    assert key_of("Ft. Worth", "Band") != key_of("Worth", "Band")


@pytest.mark.parametrize(("title", "artist"), [("", "Band"), ("Song", ""), ("!!", "Band")])
def test_without_both_names_nothing_is_told(title: str, artist: str) -> None:
    assert key_of(title, artist) == NAMELESS


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_text_has_a_key_that_can_be_stored(title: str, artist: str) -> None:
    assert -(1 << 63) <= key_of(title, artist) < 1 << 63


def _with(number: int, **changes: object) -> Rendition:
    return replace(_PLAIN, track_id=number, sha256=str(number), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        lambda one: replace(one, has_file=False, format="flac", bitrate=900_000),
        lambda one: replace(one, bitrate=256_000, has_cover=True, has_tags=True),
        lambda one: replace(one, bitrate=None),
        lambda one: replace(one, has_tags=False),
    ],
)
def test_a_plain_one_is_better_than(change: Callable[[Rendition], Rendition]) -> None:
    other = change(_with(2))

    assert ranked([other, _PLAIN]) == [_PLAIN, other]


def test_lossless_is_better_than_any_lossy_and_tags_break_a_tie() -> None:
    lossless = _with(9, format="flac", bitrate=300_000)
    tagged, covered = _with(8, has_tags=True), _with(7, has_cover=True)

    assert ranked([_PLAIN, covered, tagged, lossless]) == [lossless, tagged, covered, _PLAIN]


def test_of_the_same_bytes_the_newest_stands_where_the_oldest_stood() -> None:
    moved = replace(_with(3), sha256="1")

    assert ranked([_PLAIN, _with(2), moved]) == [moved, _PLAIN, _with(2)]


def test_the_best_serves_what_is_as_long_as_it_is() -> None:
    found = [
        _with(1, bitrate=128_000),
        _with(2, duration=timedelta(seconds=202)),
        _with(3, duration=timedelta(seconds=204), bitrate=64_000),
        _with(4, duration=timedelta(seconds=205), bitrate=64_000),
        _with(5, duration=timedelta(seconds=198), bitrate=64_000),
    ]

    assert betters(found, {}) == {2: None, 1: 2, 3: 2, 4: None, 5: None}


def test_the_order_in_which_tracks_came_changes_nothing() -> None:
    found = [_with(n, duration=timedelta(seconds=200 + n % 7)) for n in range(1, 30)]

    assert betters(found, {}) == betters(reversed(found), {})


def test_what_was_told_apart_stays_apart() -> None:
    found = [_with(1), _with(2), _with(3)]

    assert betters(found, {1: {7}, 2: {7}}) == {1: None, 2: None, 3: 1}
    assert betters(found, {1: {7}, 2: {8}}) == {1: None, 2: 1, 3: 1}


def test_a_length_that_nobody_knows_brings_nothing_together() -> None:
    found = [_with(1, duration=timedelta(0)), _with(2, duration=timedelta(0)), _with(3)]

    assert betters(found, {}) == {1: None, 2: None, 3: None}


@pytest.mark.parametrize(
    ("title", "artist"),
    [
        ("Intro", "Unknown Artist"),
        ("Intro", "<unknown>"),
        ("Intro", "Various Artists"),
        ("Intro", "V.A."),
        ("Intro", "Неизвестный исполнитель"),
        ("Track 01", "Miles Davis"),
        ("01 Track", "Miles Davis"),
        ("Track01.mp3", "Miles Davis"),
        ("AudioTrack 7", "Miles Davis"),
        ("Дорожка 7", "Miles Davis"),
        ("Untitled", "Miles Davis"),
    ],
)
def test_what_programs_write_where_no_name_is_known_names_no_recording(
    title: str, artist: str
) -> None:
    assert NAMELESS == key_of(title, artist)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Etude 1 12", "Etude 11 2"), ("1/2", "12"), ("Prelude in C#", "Prelude in C"),
     ("Prelude in C♯ minor", "Prelude in C minor"), ("Nocturne in B♭", "Nocturne in B")],
)  # fmt: skip
def test_numbers_and_keys_tell_recordings_apart(one: str, other: str) -> None:
    assert key_of(one, "Trio") != key_of(other, "Trio")


def test_keys_are_written_either_way() -> None:
    assert key_of("Prelude in C#", "Trio") == key_of("Prelude in C♯", "Trio")


def test_tracks_whose_length_nobody_knows_are_not_compared() -> None:
    unknown = [replace(_PLAIN, track_id=number, duration=timedelta(0)) for number in range(3000)]

    assert {None} == set(betters(unknown, {}).values())


def test_sound_decides_where_both_were_heard_and_names_elsewhere() -> None:
    found = [
        _with(1, family=1, recording=5),
        _with(2, family=1, recording=6, bitrate=64_000, duration=timedelta(seconds=206)),
        _with(3, family=3, recording=5, bitrate=96_000),
        _with(4, recording=6, bitrate=32_000),
        _with(5, recording=8, bitrate=32_000),
        _with(6, family=3, recording=NAMELESS, bitrate=32_000),
    ]

    assert betters(found, {}) == {1: None, 2: 1, 3: None, 4: 1, 5: None, 6: 3}
    assert betters(found, {1: [1], 2: [1]})[2] is None


def test_tracks_without_names_have_nothing_in_common() -> None:
    found = [_with(number, recording=NAMELESS) for number in (1, 2)]

    assert betters(found, {}) == {1: None, 2: None}
