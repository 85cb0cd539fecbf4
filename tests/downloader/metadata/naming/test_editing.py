from __future__ import annotations

import pytest

from downloader.metadata.naming.editing import edited
from storage.description import Description, Provenance

_FOUND = Description(
    title="So What", track_number=3,
    provenance={"title": Provenance.TAGS, "track_number": Provenance.NAME},
)  # fmt: skip


def test_what_people_say_stands_above_all() -> None:
    found = edited(
        _FOUND, {"title": " Blue  in Green ", "track_number": "4/5", "date": "17.8.1959"}
    )

    assert ("Blue in Green", 4, "1959-08-17") == (found.title, found.track_number, found.date)
    assert set(found.provenance.values()) == {Provenance.PERSON}


def test_what_people_say_is_not_cleaned() -> None:
    assert "@x (Official Video)" == edited(_FOUND, {"title": "@x (Official Video)"}).title


def test_an_empty_edit_takes_a_value_away() -> None:
    found = edited(_FOUND, {"title": "", "track_number": ""})

    assert ("", None) == (found.title, found.track_number)
    assert set(found.provenance.values()) == {Provenance.PERSON}


@pytest.mark.parametrize("edits", [{"date": "soon"}, {"track_number": "x"}, {"colour": "blue"}, {}])
def test_what_cannot_be_understood_changes_nothing(edits: dict[str, str]) -> None:
    assert _FOUND == edited(_FOUND, edits)
