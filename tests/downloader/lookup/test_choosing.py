from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from downloader.lookup.choosing import by_name, by_sound, release_of
from downloader.lookup.recording import Recording, Release
from storage.description import Provenance, Reach
from storage.models import Track
from tests.storage.values import NOW

LENGTH = timedelta(seconds=545)
ALBUM = Release("1", "Kind of Blue", "Official", "Album", first_date="1959-08-17")
LIVE = replace(ALBUM, id="0", title="Live", traits=frozenset({"Live"}), first_date="1958")
BEST = replace(ALBUM, id="2", title="Best of", traits=frozenset({"Compilation"}))
SINGLE = replace(ALBUM, id="3", title="So What", kind="Single", first_date="1959-01")
ONE = Recording("a", "So What", "Miles Davis", LENGTH, (ALBUM,), sources=50, score=1.0)


def track(source: Provenance = Provenance.TAGS, **about: Any) -> Track:
    own = {"title": "So What", "performer": "Miles Davis", "duration": LENGTH, **about}
    known = {"title": source, "artist": source}
    return Track(
        1, 1, size=9, mime="", name="", path=None, sha256_source="", sha256="", added_at=NOW,
        provenance=known, **own,
    )  # fmt: skip


def test_it_must_be_called_so_and_be_as_long() -> None:
    fitting = [ONE, replace(ONE, title="so what?", length=LENGTH + timedelta(seconds=3))]
    others = [
        replace(ONE, title="So What (live)"),
        replace(ONE, artist="Miles Davis Quintet"),
        replace(ONE, length=LENGTH + timedelta(seconds=4)),
        replace(ONE, length=None),
        replace(ONE, score=0.89),
    ]

    assert [True, True] == [by_name(track(), [one]) is not None for one in fitting]
    assert [] == [one for one in others if by_name(track(), [one])]
    assert by_name(track(title="", performer=""), fitting) is None


def test_of_several_the_first_that_was_made_counts_unless_the_album_is_known() -> None:
    live = replace(ONE, id="b", releases=(LIVE,))
    none = replace(ONE, id="0", releases=())

    assert ONE == by_name(track(), [live, none, ONE])
    assert live == by_name(track(album="Live"), [live, none, ONE])


def test_of_the_sound_it_is_enough_that_nothing_known_speaks_against_it() -> None:
    remix = replace(ONE, title="So What (remix)")
    unnamed = track(title="", performer="")

    assert ONE == by_sound(track(), [remix, ONE], Reach.MISSING)
    assert by_sound(track(), [remix], Reach.MISSING) is None
    assert remix == by_sound(track(Provenance.NAME), [remix], Reach.MISSING)
    assert remix == by_sound(track(), [remix], Reach.ALL)
    assert ONE == by_sound(unnamed, [ONE], Reach.MISSING)


def test_a_sound_that_goes_by_two_names_is_of_the_one_that_most_say() -> None:
    few = replace(ONE, id="c", title="Else", sources=20)
    half = replace(few, sources=26)
    unnamed = track(title="", performer="")

    assert ONE == by_sound(unnamed, [few, ONE], Reach.MISSING)
    assert by_sound(unnamed, [half, ONE], Reach.MISSING) is None
    assert replace(ONE, id="d", sources=60) == by_sound(
        unnamed, [ONE, replace(ONE, id="d", sources=60)], Reach.MISSING
    )


@pytest.mark.parametrize(
    "bad",
    [
        {"score": 0.89},
        {"title": ""},
        {"artist": ""},
        {"length": LENGTH + timedelta(seconds=8)},
        {"length": LENGTH - timedelta(seconds=8)},
    ],
)
def test_a_sound_that_hardly_fits_is_another(bad: dict[str, Any]) -> None:
    assert by_sound(track(title="", performer=""), [replace(ONE, **bad)], Reach.ALL) is None


def test_the_release_is_that_of_the_album_or_the_first_that_somebody_means() -> None:
    its = replace(ONE, releases=(LIVE, BEST, SINGLE, replace(ALBUM, first_date="1960"), ALBUM))

    assert ALBUM == release_of(its, "")
    assert BEST == release_of(its, "best of")
    assert release_of(its, "Sketches of Spain") is None


@pytest.mark.parametrize("only", [LIVE, BEST, replace(ALBUM, status="Bootleg")])
def test_nobody_is_given_an_album_that_nobody_means(only: Release) -> None:
    assert release_of(replace(ONE, releases=(only,)), "") is None
