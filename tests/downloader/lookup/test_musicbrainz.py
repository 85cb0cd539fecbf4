from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from downloader.lookup import musicbrainz
from downloader.lookup.recording import Release
from storage.description import Description
from storage.lookups import Identity
from tests.downloader.lookup.databases import (
    CREDIT,
    OTHER,
    RECORDING,
    RELEASE,
    SO_WHAT,
    WHOLE_EDITION,
    found,
)


def test_names_cannot_say_anything_else_in_a_search() -> None:
    query = musicbrainz.by_name('So "What" OR (1)', "AC/DC").query

    assert query is not None
    assert r'recording:"So \"What\" OR \(1\)" AND artist:"AC\/DC"' == query["query"]


def test_what_a_search_finds_is_understood() -> None:
    [one] = musicbrainz.found(found(SO_WHAT, {"id": "../x", "title": "y"}, score=97))

    assert (RECORDING, "So What", "Miles Davis", 0.97) == (
        one.id,
        one.title,
        one.artist,
        one.score,
    )
    assert one.length is not None
    assert 545 == one.length.total_seconds()
    assert (
        Release(
            RELEASE,
            "Kind of Blue",
            "Official",
            "Album",
            first_date="1959-08-17",
            date="1997-03-25",
        ),
    ) == one.releases


def known(answer: dict[str, Any], recording: str = RECORDING) -> Identity:
    its = musicbrainz.recording({**SO_WHAT, "id": recording})
    return musicbrainz.identity(its, its.releases[0], answer)


def test_a_track_of_a_release_is_known_with_all_that_belongs_to_it() -> None:
    wanted = Description(
        title="So What",
        artist="Miles Davis",
        album="Kind of Blue",
        album_artist="Miles Davis",
        genre="jazz",
        date="1959-08-17",
        track_number=1,
        track_total=5,
    )

    assert Identity(wanted, RECORDING, RELEASE, has_front=True) == known(WHOLE_EDITION)


def test_without_a_release_there_is_only_a_name() -> None:
    its = musicbrainz.recording(SO_WHAT)

    assert Identity(Description(title="So What", artist="Miles Davis"), RECORDING) == (
        musicbrainz.identity(its, None, {})
    )


def test_of_several_discs_it_is_known_which() -> None:
    [medium] = WHOLE_EDITION["media"]
    first: Any = {"position": 1, "track-count": 9, "tracks": []}
    called = known(
        {**WHOLE_EDITION, "media": [first, {**medium, "position": 2}]}, OTHER
    ).description

    assert (2, 5, 2, 2) == (
        called.track_number,
        called.track_total,
        called.disc_number,
        called.disc_total,
    )


def test_what_is_on_a_release_twice_has_no_number() -> None:
    [medium] = WHOLE_EDITION["media"]
    called = known({**WHOLE_EDITION, "media": [medium, medium]}).description

    assert (None, None, None) == (called.track_number, called.track_total, called.disc_number)


def test_a_collection_is_one() -> None:
    its = musicbrainz.recording(SO_WHAT)
    chosen = replace(its.releases[0], traits=frozenset({"Compilation"}))

    assert musicbrainz.identity(its, chosen, WHOLE_EDITION).description.is_compilation


def test_guests_are_credited() -> None:
    guests = [{**CREDIT[0], "joinphrase": " feat. "}, {"name": "Bill Evans"}]

    assert "Miles Davis feat. Bill Evans" == (
        musicbrainz.recording({**SO_WHAT, "artist-credit": guests}).artist
    )


@pytest.mark.parametrize("value", [None, 1, "x", [], {}, [None], [[]], [{"a": 1}]])
@pytest.mark.parametrize("field", [*WHOLE_EDITION])
def test_whatever_stands_there_breaks_nothing(field: str, value: object) -> None:
    assert RECORDING == known({**WHOLE_EDITION, field: value}).recording_id
    assert "So What" == musicbrainz.recording({**SO_WHAT, "releases": [{field: value}]}).title
