from __future__ import annotations

import pytest

from downloader.metadata.naming.pairing import Pair, paired
from downloader.metadata.naming.reading import Reading
from storage.description import Description, Provenance

_TAGS, _TELEGRAM = Provenance.TAGS, Provenance.TELEGRAM
_CAPTION, _NAME = Provenance.CAPTION, Provenance.NAME


def _said(source: Provenance, artist: str, title: str, *, is_labelled: bool = False) -> Reading:
    said = Description(artist=artist, title=title)
    return Reading(source, said, is_labelled=is_labelled)


@pytest.mark.parametrize(
    ("readings", "artist", "title"),
    [
        ([_said(_TELEGRAM, "", "Adele - Hello")], "Adele", "Hello"),
        ([_said(_TELEGRAM, "Adele", "Adele - Hello")], "Adele", "Hello"),
        ([_said(_TELEGRAM, "Adele", "Hello - Adele")], "Adele", "Hello"),
        ([_said(_TELEGRAM, "", "Porcelain - Remix")], "", "Porcelain - Remix"),
        ([_said(_TELEGRAM, "", "Hello - Live at the BBC")], "", "Hello - Live at the BBC"),
        ([_said(_TELEGRAM, "", "Oasis - Live Forever")], "Oasis", "Live Forever"),
        ([_said(_TELEGRAM, "IU", "IU「LILAC」")], "IU", "LILAC"),
        ([_said(_TAGS, "", "A - B"), _said(_NAME, "Band", "A - B")], "Band", "A - B"),
        ([_said(_TAGS, "", "A - Adele"), _said(_CAPTION, "Adele", "")], "Adele", "A"),
        ([_said(_TAGS, "", "Hello (Adele)"), _said(_TELEGRAM, "Adele", "")], "Adele", "Hello"),
        ([_said(_TAGS, "", "Hello"), _said(_NAME, "Adele", "Hello")], "Adele", "Hello"),
        ([_said(_TAGS, "", "Hello"), _said(_NAME, "Queen", "Innuendo")], "", "Hello"),
        ([_said(_NAME, "Adele", "Adele")], "Adele", "Adele"),
    ],
)
def test_artist_and_title_are_told_apart(readings: list[Reading], artist: str, title: str) -> None:
    found = paired(readings)

    assert (artist, title) == (found.artist, found.title)


def test_those_who_typed_both_names_in_order_outvote_a_program() -> None:
    wrong = _said(_TAGS, "Hello", "Adele")
    right = [_said(_CAPTION, "Adele", "Hello"), _said(_NAME, "Adele", "Hello")]

    assert Pair("Adele", "Hello", _TAGS, _TAGS) == paired([wrong, *right])
    assert "Hello" == paired([wrong, *right], may_swap=False).artist
    assert "Hello" == paired([wrong, right[0]]).artist
    assert "Adele" == paired([wrong, _said(_CAPTION, "Adele", "", is_labelled=True)]).artist


def test_a_name_that_was_typed_the_other_way_round_changes_nothing() -> None:
    right, typed = _said(_TAGS, "Adele", "Hello"), _said(_NAME, "Hello", "Adele")

    assert "Adele" == paired([right, _said(_TELEGRAM, "Hello", "Adele"), typed]).artist


def test_a_platform_writes_names_without_spaces() -> None:
    found = paired([_said(_TELEGRAM, "TheWeeknd", "The Weeknd - Save Your Tears")])

    assert ("The Weeknd", "Save Your Tears") == (found.artist, found.title)


def test_each_name_remembers_its_source() -> None:
    assert Pair("Adele", "Hello", _TELEGRAM, _TAGS) == paired(
        [_said(_TAGS, "", "Hello"), _said(_TELEGRAM, "Adele", "")]
    )
    assert Pair() == paired([])
