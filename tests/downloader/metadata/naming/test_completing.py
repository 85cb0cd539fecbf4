from __future__ import annotations

from dataclasses import replace

import pytest

from downloader.metadata.naming.completing import completed
from downloader.metadata.naming.evidence import Evidence
from downloader.metadata.naming.resolving import resolve
from storage.description import Description, Provenance, Reach

FOUND = Description(
    title="So What",
    artist="Miles Davis",
    album="Kind of Blue",
    album_artist="Miles Davis",
    genre="Jazz",
    date="1959-08-17",
    track_number=1,
    track_total=5,
)


def called(source: Provenance, **values: object) -> Description:
    return replace(Description(), **values, provenance=dict.fromkeys(values, source))  # type: ignore[arg-type]  # fields by name


def test_of_what_nobody_knows_all_is_taken() -> None:
    whole = completed(Description(), FOUND, Reach.MISSING)

    assert replace(whole, provenance={}) == FOUND
    assert {Provenance.LOOKUP} == {*whole.provenance.values()}


@pytest.mark.parametrize("source", [Provenance.PERSON, Provenance.TAGS, Provenance.TELEGRAM])
def test_what_is_known_stays(source: Provenance) -> None:
    known = called(source, title="So what?", artist="Davis", genre="Modal", date="1960")
    whole = completed(known, FOUND, Reach.MISSING)

    assert ("So what?", "Davis", "Modal") == (whole.title, whole.artist, whole.genre)
    assert ("1960", "Kind of Blue") == (whole.date, whole.album)
    assert source is whole.provenance["title"]


@pytest.mark.parametrize(
    "source",
    [Provenance.CAPTION, Provenance.ALBUM_CAPTION, Provenance.NAME, Provenance.NEIGHBOURS],
)
def test_a_guess_gives_way(source: Provenance) -> None:
    whole = completed(called(source, title="So wat"), FOUND, Reach.MISSING)

    assert ("So What", Provenance.LOOKUP) == (whole.title, whole.provenance["title"])


def test_where_it_may_say_all_it_wins_over_all_but_people() -> None:
    known = called(Provenance.TAGS, title="So wat", album="Blue", date="2001")
    said = called(Provenance.PERSON, artist="Davis", genre="")
    whole = completed(
        replace(known, artist="Davis", provenance={**known.provenance, **said.provenance}),
        FOUND,
        Reach.ALL,
    )

    assert ("So What", "Kind of Blue", "1959-08-17") == (whole.title, whole.album, whole.date)
    assert ("Davis", "") == (whole.artist, whole.genre)


@pytest.mark.parametrize("reach", Reach)
def test_what_somebody_has_emptied_stays_empty(reach: Reach) -> None:
    whole = completed(called(Provenance.PERSON, album="", date=""), FOUND, reach)

    assert ("", "", None) == (whole.album, whole.date, whole.track_number)


def test_on_another_album_nothing_is_said_of_the_album() -> None:
    whole = completed(called(Provenance.TAGS, album="Best of Jazz"), FOUND, Reach.MISSING)

    assert ("Best of Jazz", "", "", None) == (
        whole.album,
        whole.album_artist,
        whole.date,
        whole.track_number,
    )
    assert "So What" == whole.title


def test_a_total_of_another_edition_is_not_taken() -> None:
    its = called(Provenance.TAGS, album="Kind of Blue", track_number=3)
    same = called(Provenance.TAGS, album="Kind of Blue", track_number=1)

    assert completed(its, FOUND, Reach.MISSING).track_total is None
    assert 5 == completed(same, FOUND, Reach.MISSING).track_total


def test_switched_off_it_says_nothing() -> None:
    assert Description() == completed(Description(), FOUND, Reach.OFF)
    assert Description() == completed(Description(), None, Reach.ALL)


def test_what_is_the_same_keeps_its_source() -> None:
    whole = completed(called(Provenance.TAGS, title="So What"), FOUND, Reach.ALL)

    assert Provenance.TAGS is whole.provenance["title"]


def test_in_evidence_it_stands_between_tags_and_guesses_and_people_above_all() -> None:
    evidence = Evidence(
        tags=Description(artist="Davis"),
        file_name="So wat.mp3",
        found=FOUND,
        reach=Reach.MISSING,
        edits={"genre": "Modal"},
    )
    whole = resolve(evidence)

    assert ("So What", "Davis", "Modal") == (whole.title, whole.artist, whole.genre)
    assert "So wat" == resolve(replace(evidence, reach=Reach.OFF)).title
