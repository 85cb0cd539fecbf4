from __future__ import annotations

from storage.search.ranking import Found, ranked


def found(track_id: int, artist: str, title: str, latin: str = "") -> Found:
    return Found(track_id, title, artist, "", latin)


def test_what_is_called_so_comes_before_what_has_the_words() -> None:
    tracks = [
        found(1, "queen", "love"),
        found(2, "nobody", "love of my life"),
        found(3, "love", "alone again or"),
    ]

    assert ranked(["love"], tracks, {}) == [1, 3, 2]


def test_the_order_of_words_does_not_matter() -> None:
    tracks = [found(1, "metallica", "one"), found(2, "metallica", "enter sandman")]

    assert ranked(["sandman enter metallica"], tracks, {}) == [2, 1]


def test_of_tracks_as_likely_the_played_one_comes_first_and_then_the_newest() -> None:
    tracks = [found(number, "queen", "love") for number in (1, 2, 3)]

    assert ranked(["love"], tracks, {}) == [3, 2, 1]
    assert ranked(["love"], tracks, {1: 40, 2: 1}) == [1, 2, 3]


def test_a_name_typed_in_latin_letters_is_as_good() -> None:
    tracks = [found(1, "kino band", "tsoi tribute"), found(2, "кино", "перемен", "kino peremen")]

    assert ranked(["kino peremen"], tracks, {}) == [2, 1]


def test_each_track_counts_by_the_wording_that_fits_it_best() -> None:
    tracks = [found(1, "slayer", "angel of death"), found(2, "iron maiden", "iron maiden")]

    assert ranked(["slayer", "iron maiden"], tracks, {}) == [2, 1]


def test_nothing_found_is_no_order() -> None:
    assert ranked(["love"], [], {}) == []
