from __future__ import annotations

from dataclasses import replace

import pytest

from downloader.metadata.naming.evidence import Evidence
from downloader.metadata.naming.resolving import resolve
from storage.description import Description, Provenance


def _tagged(
    title: str, album: str = "", artist: str = "Queen", number: int | None = None
) -> Evidence:
    return Evidence(tags=Description(title=title, artist=artist, album=album, track_number=number))


def _among(own: Evidence, position: int, *others: Evidence) -> Evidence:
    places = [place for place in range(1, len(others) + 2) if place != position]
    return replace(own, position=position, neighbours=tuple(zip(places, others, strict=True)))


def test_what_neighbours_share_is_the_album_of_one_that_has_none() -> None:
    evidence = _among(
        _tagged("Jealousy"), 3, _tagged("Mustapha", "Jazz"), _tagged("Bicycle", "Jazz")
    )

    found = resolve(evidence)

    assert ("Jazz", 3) == (found.album, found.track_number)
    assert Provenance.NEIGHBOURS == found.provenance["album"] == found.provenance["track_number"]


@pytest.mark.parametrize(
    "others",
    [
        (_tagged("Mustapha", "Jazz"), _tagged("Hello", "25")),
        (_tagged("Mustapha", "Jazz", "ABBA"), _tagged("Bicycle", "Jazz", "ABBA")),
        (_tagged("Mustapha", "Jazz"), _tagged("Bicycle"), _tagged("Fun It")),
    ],
)
def test_neighbours_that_share_nothing_say_nothing(others: tuple[Evidence, ...]) -> None:
    found = resolve(_among(_tagged("Jealousy"), 3, *others))

    assert ("", None) == (found.album, found.track_number)


def test_numbers_of_others_tell_where_the_count_begins() -> None:
    others = [_tagged("Fun It", "Jazz", number=9), _tagged("Dead on Time", "Jazz", number=11)]

    assert 10 == resolve(_among(_tagged("Leaving Home", "Jazz"), 2, *others)).track_number


def test_numbers_that_say_otherwise_than_the_order_leave_it_open() -> None:
    others = [_tagged("Fun It", "Jazz", number=9), _tagged("Dead on Time", "Jazz", number=4)]

    assert resolve(_among(_tagged("Leaving Home", "Jazz"), 2, *others)).track_number is None


def test_many_artists_on_one_album_are_a_compilation() -> None:
    others = [_tagged("Creep", "Hits", "Radiohead"), _tagged("Zombie", "Hits", "The Cranberries")]

    found = resolve(_among(_tagged("Innuendo", "Hits"), 2, *others))

    assert ("Various Artists", True) == (found.album_artist, found.is_compilation)


def test_guests_make_no_other_artist_of_an_album() -> None:
    own = _tagged("Under Pressure", "Hot Space", "Queen feat. David Bowie")
    others = [_tagged("Body Language", "Hot Space"), _tagged("Back Chat", "Hot Space")]

    found = resolve(_among(own, 3, *others))

    assert ("Queen", False) == (found.album_artist, found.is_compilation)


def test_what_stands_in_every_name_of_a_group_is_the_artist_or_the_album() -> None:
    names = ("Help! - The Beatles.mp3", "Girl - The Beatles.mp3", "Bowie - Low - Art Decade.mp3")
    first = _among(Evidence(file_name="Yesterday - The Beatles.mp3"), 1, *map(_named, names[:2]))
    second = _among(Evidence(file_name="Bowie - Low - Warszawa.mp3"), 1, _named(names[2]))

    assert ("The Beatles", "Yesterday") == (resolve(first).artist, resolve(first).title)
    assert ("Bowie", "Low", "Warszawa") == (
        resolve(second).artist, resolve(second).album, resolve(second).title,
    )  # fmt: skip


def _named(name: str) -> Evidence:
    return Evidence(file_name=name)
