from __future__ import annotations

from datetime import timedelta

import pytest

from storage.inheriting import Said, handed_on
from tests.storage.values import NOW


def said(field: str, value: str, minutes: int = 0) -> Said:
    return Said(field, value, 7, NOW + timedelta(minutes=minutes))


ALBUM, NUMBER, GENRE = said("album", "Blue"), said("track_number", "3"), said("genre", "Jazz")


@pytest.mark.parametrize(
    ("own_album", "told", "handed"),
    [
        ("Blue", [ALBUM, NUMBER, GENRE], [ALBUM, NUMBER, GENRE]),
        ("Bleu", [ALBUM, NUMBER, GENRE], [ALBUM, NUMBER, GENRE]),
        ("BLUE", [NUMBER], [NUMBER]),
        # It was on none.
        ("", [NUMBER, ALBUM], [NUMBER, ALBUM]),
        ("", [NUMBER, GENRE], [GENRE]),
        # The same recording on another album.
        ("The Best", [ALBUM, NUMBER, GENRE], [GENRE]),
    ],
)
def test_what_is_of_an_album_goes_over_within_that_alone(
    own_album: str, told: list[Said], handed: list[Said]
) -> None:
    assert handed == handed_on(told, own_album, {"Bleu", "Blue"})


def test_what_was_said_last_counts() -> None:
    first, last = said("title", "So"), said("title", "So What", 1)

    assert [last] == handed_on([last, first], "", [])
