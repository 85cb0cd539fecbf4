from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from downloader.arrangement import Arrangement, Lying, Step, arrange, wanted_path
from storage.filings import Filed
from storage.models import Chat, ChatKind
from storage.paths import Filing, Templates
from storage.templates import parse
from tests.bot.library import a_track

TEMPLATES = Templates(
    parse("{artist}/{album}/{title}"), parse("{artist}/{title}"), parse("{album}/{title}")
)


def arranged(*paths: tuple[str, str]) -> Arrangement:
    """Arrange tracks by where each is and is wanted, numbered from 1 on."""
    return arrange(
        [
            Lying(number, PurePosixPath(path), PurePosixPath(wanted))
            for number, (path, wanted) in enumerate(paths, start=1)
        ]
    )


def moves(arrangement: Arrangement) -> list[str]:
    return [f"{one.from_path} > {one.to_path}" for one in arrangement.steps]


def test_what_lies_where_it_is_wanted_stays() -> None:
    assert Arrangement([], 2, 0) == arranged(("a/x.mp3", "a/x.mp3"), ("A/Y.mp3", "a/y.mp3"))


def test_what_is_wanted_elsewhere_moves() -> None:
    expected = [Step(1, PurePosixPath("x.mp3"), PurePosixPath("a/x.mp3"))]

    assert Arrangement(expected, 1, 0) == arranged(("x.mp3", "a/x.mp3"), ("y.mp3", "y.mp3"))


def test_a_name_is_free_for_who_waits_for_it_once_it_is_left() -> None:
    found = arranged(("1", "2"), ("2", "3"), ("3", "4"))

    assert ["3 > 4", "2 > 3", "1 > 2"] == moves(found)
    assert 0 == found.collisions


def test_namesakes_are_told_apart_by_a_number() -> None:
    found = arranged(("b/1.mp3", "a/x.mp3"), ("b/2.mp3", "A/X.mp3"), ("b/3.mp3", "a/x.mp3"))

    assert ["b/1.mp3 > a/x.mp3", "b/2.mp3 > A/X (2).mp3", "b/3.mp3 > a/x (3).mp3"] == moves(found)
    assert 2 == found.collisions


def test_what_has_a_number_keeps_it_while_the_name_is_taken() -> None:
    kept = arranged(("a/x.mp3", "a/x.mp3"), ("a/x (7).mp3", "a/x.mp3"))
    freed = arranged(("a/x.mp3", "b/x.mp3"), ("a/x (7).mp3", "a/x.mp3"))

    assert Arrangement([], 2, 0) == kept
    assert ["a/x.mp3 > b/x.mp3", "a/x (7).mp3 > a/x.mp3"] == moves(freed)


def test_two_that_want_each_others_names_do_not_wait_for_ever() -> None:
    found = arranged(("x.mp3", "y.mp3"), ("y.mp3", "x.mp3"))

    assert ["x.mp3 > y (2).mp3", "y.mp3 > x (2).mp3"] == moves(found)


@pytest.mark.parametrize(
    ("document", "imported", "artist", "expected"),
    [
        (501, False, "Trio", "Trio/Tune 1.mp3"),
        (501, False, "", "Jazz/Tune 1.mp3"),
        (None, False, "Trio", "old/1.mp3"),
        (None, True, "Trio", "Trio/Tune 1.mp3"),
        (None, True, "", "old/1.mp3"),
    ],
)
def test_what_was_not_downloaded_lies_where_its_owner_put_it(
    document: int | None, artist: str, expected: str, *, imported: bool
) -> None:
    track = a_track(1, document_id=document, performer=artist, path=PurePosixPath("old/1.mp3"))
    chat = Chat(-1, "Jazz", None, ChatKind.CHANNEL)
    filed = Filed(replace(track, album=""), Filing(501, "mp3", chat=chat))

    assert PurePosixPath(expected) == wanted_path(filed, TEMPLATES, imported=imported)
