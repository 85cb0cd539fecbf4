from __future__ import annotations

import unicodedata
from collections import Counter
from itertools import islice

from bench.search.catalogue import artists_of, rows


def test_the_same_seed_makes_the_same_tracks() -> None:
    assert list(rows(300)) == list(rows(300))
    assert list(rows(300)) != list(rows(300, seed=2))


def test_there_are_as_many_as_asked_for_numbered_and_in_order_of_time() -> None:
    made = list(rows(500))

    assert list(range(1, 501)) == [row.id for row in made]
    assert sorted(row.added for row in made) == [row.added for row in made]


def test_they_come_one_by_one() -> None:
    assert 3 == len(list(islice(rows(1_000_000), 3)))


def test_a_million_tracks_have_forty_thousand_artists_and_few_tracks_fewer() -> None:
    assert 40_000 == artists_of(1_000_000)
    assert 1_000 < artists_of(10_000) < 1_100


def test_all_kinds_of_writing_are_there_in_their_shares() -> None:
    kinds = Counter(kind(row.artist) for row in rows(30_000))
    shares = {name: count / 300 for name, count in kinds.items()}

    assert 60 < shares["LATIN"] < 80
    assert 9 < shares["CYRILLIC"] < 21
    assert 5 < shares["CJK"] + shares["HIRAGANA"] + shares["KATAKANA"] < 16
    assert 2 < shares["ARABIC"] < 9
    assert 0 < shares["GREEK"] < 4


def test_one_title_in_seven_says_what_kind_of_recording_it_is() -> None:
    titles = [row.title for row in rows(5_000)]

    assert 0.12 < sum("(" in title or " - " in title for title in titles) / 5_000 < 0.18


def kind(text: str) -> str:
    return unicodedata.name(text[0]).split()[0]
