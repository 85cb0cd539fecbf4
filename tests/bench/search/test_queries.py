from __future__ import annotations

from random import Random

import pytest
from rapidfuzz.distance import OSA

from bench.search.catalogue import rows
from bench.search.queries import Kind, mistyped, pairs, questions, sample, words_of
from storage.search.folding import fold

ROWS = list(rows(3_000))
BY_ID = {row.id: row for row in ROWS}


def test_a_sample_is_spread_over_all_tracks() -> None:
    taken = [row.id for row in sample(ROWS, 3_000, 10)]

    assert [300, 600, 900] == taken[:3]
    assert 10 == len(taken)


def test_the_same_seed_asks_the_same() -> None:
    assert questions(ROWS, Kind, 5, 1) == questions(ROWS, Kind, 5, 1)
    assert questions(ROWS, Kind, 5, 1) != questions(ROWS, Kind, 5, 2)


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_asked_as_often_as_wanted(kind: Kind) -> None:
    asked = questions(ROWS, [kind], 20, 1)

    assert [kind] * 20 == [one.kind for one in asked]


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.TYPOS}))
def test_what_is_typed_stands_in_the_track_that_is_meant(kind: Kind) -> None:
    for one in questions(ROWS, [kind], 50, 1):
        track = BY_ID[one.id]
        text = f"{track.artist} {track.title}".lower()

        assert all(word in text for word in one.text.split()), (one, track)


def test_a_cut_word_is_the_beginning_of_one() -> None:
    for one in questions(ROWS, [Kind.CUT], 50, 1):
        words = words_of(f"{BY_ID[one.id].artist} {BY_ID[one.id].title}")
        last = one.text.split()[-1]

        assert last not in words or any(word != last and word.startswith(last) for word in words)


def test_one_error_is_one_edit() -> None:
    chance = Random(1)
    words = ["love", "metallica", "любовь", "αγάπη", "الحياة", "aaaa"] * 200

    assert {1} == {OSA.distance(word, mistyped(word, chance)) for word in words}


def test_a_pair_asks_for_the_same_track_with_an_error_in_each_long_word() -> None:
    typed, wrong = pairs(ROWS, 50, 1)

    for right, bad in zip(typed, wrong, strict=True):
        edits = [
            OSA.distance(*both) for both in zip(right.text.split(), bad.text.split(), strict=True)
        ]
        assert right.id == bad.id
        assert [int(len(word) >= 4) for word in right.text.split()] == edits


def test_whatever_is_asked_has_something_to_be_found_by() -> None:
    assert all(fold(one.text) for one in questions(ROWS, Kind, 50, 1))
