from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

import pytest

from downloader.plan import (
    MOST_READ,
    WITH_VOICE,
    Plan,
    already_here,
    is_same,
    nothing_found,
    planned,
    removed,
    to_read,
    wanted,
)
from storage.models import Audio, Item, ItemState, Reason, Request, Track
from storage.removals import Removal
from tests.downloader.scripted import JAZZ, START, song

SONGS = [song(number) for number in (5, 4, 3, 2, 1)]


def plan_of(request: Request, found: Sequence[Audio] = SONGS) -> Plan:
    return planned(request, filter(wanted(request, START), found))


def numbers(request: Request, found: Sequence[Audio] = SONGS) -> list[int]:
    return [audio.message_id for audio in plan_of(request, found).found]


def test_a_plan_keeps_the_order_and_stops_at_the_limit() -> None:
    assert [5, 4, 3] == numbers(Request("@jazz", 3))


def test_dates_are_inclusive_at_the_start_and_exclusive_at_the_end() -> None:
    since, until = START + timedelta(days=2), START + timedelta(days=4)

    assert [3, 2] == numbers(Request("@jazz", 9, since=since, until=until))


def test_ids_are_inclusive_at_both_ends() -> None:
    assert [4, 3, 2] == numbers(Request("@jazz", 9, first_id=2, last_id=4))


def test_each_message_is_planned_once() -> None:
    assert [2, 1] == numbers(Request("@jazz", 9), [song(2), song(2), song(1)])


def test_voice_notes_come_only_when_asked_for() -> None:
    found = [song(2), replace(song(1), voice=True)]

    assert [2] == numbers(Request("@jazz", 9), found)
    assert [2, 1] == numbers(Request("@jazz", 9, voice=True), found)


def test_a_query_lets_through_what_it_fits_and_the_limit_counts_only_that() -> None:
    found = [replace(one, title="Live" if one.message_id % 2 else "Studio") for one in SONGS]

    assert [5, 3] == numbers(Request("@jazz", 2, query="live"), found)
    assert [4, 2] == numbers(Request("@jazz", 9, query="-live"), found)
    assert [] == numbers(Request("@jazz", 9, query="posted<2010"), found)


def test_times_in_a_query_are_seen_from_when_it_was_asked() -> None:
    request = Request("@jazz", 9, query="posted:3d")
    is_wanted = wanted(request, START + timedelta(days=6))

    assert [5, 4, 3] == [one.message_id for one in SONGS if is_wanted(one)]


def test_for_a_query_more_is_read_than_is_wanted() -> None:
    request = Request("@jazz", 5, query="live")

    assert replace(request, limit=MOST_READ) == to_read(request)
    assert Request("@jazz", 5) == to_read(Request("@jazz", 5))


def test_named_messages_come_in_the_order_named_and_nothing_else_filters() -> None:
    found = [*SONGS[:-1], replace(song(1), voice=True)]
    request = Request("@jazz", 1, since=START + timedelta(days=99), message_ids=(1, 9, 4, 1))

    plan = plan_of(request, found)

    assert [1, 4] == [audio.message_id for audio in plan.found]
    assert (9,) == plan.missing


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (Request("@jazz", 9), Reason.NO_AUDIO),
        (Request("@jazz", 9, message_ids=(1,)), Reason.NO_AUDIO),
        (Request("@jazz", 9, since=START), Reason.NOTHING_MATCHES),
        (Request("@jazz", 9, first_id=0), Reason.NOTHING_MATCHES),
        (Request("@jazz", 9, topic=3), Reason.NOTHING_MATCHES),
        (Request("@jazz", 9, query="live"), Reason.NOTHING_MATCHES),
    ],
)
def test_an_empty_plan_says_whether_filters_were_given(request_: Request, reason: Reason) -> None:
    assert (reason, "") == nothing_found(request_)
    assert (reason, WITH_VOICE) == nothing_found(replace(request_, voice=True))


def test_only_queued_items_whose_track_has_a_file_are_paired_with_it() -> None:
    audio = song(1)
    track = Track(
        1, audio.document_id, "", "", timedelta(), 1, "", "", PurePosixPath("x.mp3"), "", "", START
    )
    item = Item(1, 1, JAZZ.id, 1, audio, ItemState.QUEUED)
    known = {audio.document_id: track}

    assert [(item, track)] == already_here([item], known)
    assert [] == already_here([replace(item, state=ItemState.SAVED)], known)
    assert [] == already_here([replace(item, audio=None)], known)
    assert [] == already_here([item], {})
    assert [] == already_here([item], {audio.document_id: replace(track, path=None)})


def _track(audio: Audio) -> Track:
    return Track(
        1, None, audio.title, audio.performer, audio.duration, audio.size, "", "",
        PurePosixPath("x.mp3"), "", "", START,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"title": "SÓNG  1", "performer": "band"}, True),
        ({"duration": timedelta(seconds=200, microseconds=999_999)}, True),
        ({"duration": timedelta(seconds=199, microseconds=1)}, True),
        ({"duration": timedelta(seconds=201)}, False),
        ({"size": 10_001}, False),
        ({"title": "Song 2"}, False),
        ({"performer": ""}, False),
    ],
)
def test_a_file_is_the_same_by_size_length_and_both_names(
    changes: dict[str, Any], expected: bool
) -> None:
    audio = song(1)
    track = replace(_track(audio), **changes)

    assert is_same(audio, track) is expected


def test_without_a_name_or_a_length_nothing_is_the_same_file() -> None:
    bare = [
        replace(song(1), performer=""),
        replace(song(1), title="!!"),
        replace(song(1), duration=timedelta(0)),
    ]

    assert [False] * 3 == [is_same(audio, _track(audio)) for audio in bare]


@pytest.mark.parametrize(
    ("removal", "stays_away"),
    [
        (Removal(1, START), True),  # by a person
        (Removal(1, START, JAZZ.id), False),  # it was posted after that
        (Removal(1, START + timedelta(days=1), JAZZ.id), True),
    ],
    ids=str,
)
def test_what_was_removed_stays_away_unless_it_was_posted_anew(
    removal: Removal, *, stays_away: bool
) -> None:
    item = Item(1, 1, JAZZ.id, 1, song(1), ItemState.QUEUED)
    other = Item(2, 1, JAZZ.id, 2, song(2), ItemState.QUEUED)
    found = removed([item, other], {song(1).document_id: removal})

    assert ([(item, removal)] if stays_away else []) == found
