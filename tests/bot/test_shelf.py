from __future__ import annotations

import hmac
from dataclasses import replace

import pytest

from bot import shelf
from bot.callbacks import Action, Press, Seal
from bot.errors import OutOfDateError
from bot.faces import Button, Face, keyboard
from bot.shelf import Bookmark, Shelf, Total, in_rows, on_display
from storage.models import Track
from tests.bot.library import a_track

CHAT = 7
FOUND = Press(Action.SEARCH, 12)


def seal() -> Seal:
    return Seal(lambda data: hmac.digest(b"key", data, "sha256"))


def some(count: int) -> list[Track]:
    return [a_track(number) for number in range(1, count + 1)]


def presses(face: Face) -> dict[str, Press]:
    return {button.label: button.press for row in face.rows for button in row}


def test_a_page_in_the_middle_turns_both_ways() -> None:
    face = shelf.face(Shelf(FOUND, some(8), Bookmark(99, 16), is_last=False))

    assert face.text.startswith("17. Trio – Tune 1 <i>3:45</i>\n18. ")
    assert Press(Action.SEARCH, 12, (99, 8)) == presses(face)["◀"]
    assert Press(Action.SEARCH, 12, (99, 24)) == presses(face)["▶"]
    assert Press(Action.SEND, 1) == presses(face)["17"]


@pytest.mark.parametrize(
    ("at", "count", "is_last", "total", "place"),
    [
        (0, 8, False, Total(37), "1–8 of 37"),
        (32, 5, True, Total(37), "33–37 of 37"),
        (992, 8, False, Total(1000, is_more=True), "993–1,000 of 1,000+"),
        (0, 8, True, Total(8), None),
        (0, 8, False, None, None),
    ],
)
def test_one_of_several_pages_tells_where_it_is(
    at: int, count: int, is_last: bool, total: Total | None, place: str | None
) -> None:
    one = Shelf(FOUND, some(count), Bookmark(9, at), is_last, total=total)
    last = shelf.face(one).text.splitlines()[-1]

    assert (f"<i>{place}</i>" == last) if place else " of " not in last


def test_a_page_of_another_size_is_turned_by_as_many() -> None:
    face = shelf.face(Shelf(FOUND, some(20), Bookmark(9, 20), is_last=False, size=20))

    assert Press(Action.SEARCH, 12, (9, 0)) == presses(face)["◀"]
    assert Press(Action.SEARCH, 12, (9, 40)) == presses(face)["▶"]


def test_one_page_turns_nowhere_and_one_track_is_not_sent_as_all() -> None:
    assert ["1", "2", "Send these"] == [*presses(shelf.face(Shelf(FOUND, some(2))))]
    assert ["1"] == [*presses(shelf.face(Shelf(FOUND, some(1))))]


def test_an_empty_shelf_says_so_below_its_heading() -> None:
    empty = Shelf(FOUND, (), heading="<b>Morning</b>", instead="It is empty.")

    assert Face("<b>Morning</b>\n\nIt is empty.") == shelf.face(empty)


def test_where_tracks_are_taken_out_pages_go_on_doing_so() -> None:
    source = Press(Action.PLAYLIST, 5)
    face = shelf.face(Shelf(source, some(8), Bookmark(0, 8), is_last=False, takes_out=True))

    assert Press(Action.TAKE_OUT, 5, (1, 8)) == presses(face)["✖ 9"]
    assert Press(Action.PLAYLIST, 5, (0, 16, 1)) == presses(face)["▶"]
    assert "Send these" not in presses(face)


@pytest.mark.parametrize(
    ("count", "rows"), [(0, []), (1, [1]), (5, [5]), (6, [3, 3]), (8, [4, 4]), (10, [5, 5])]
)
def test_buttons_stand_in_even_rows(count: int, rows: list[int]) -> None:
    buttons = [Button(str(number), FOUND) for number in range(count)]

    assert rows == [len(row) for row in in_rows(buttons)]


def test_what_is_on_display_is_read_from_the_buttons() -> None:
    markup = keyboard(shelf.face(Shelf(FOUND, some(3), is_last=False)), CHAT, seal())

    assert [1, 2, 3] == on_display(markup, CHAT, seal())


def test_what_another_chat_shows_is_not_on_display_here() -> None:
    markup = keyboard(shelf.face(Shelf(FOUND, some(3))), 8, seal())

    with pytest.raises(OutOfDateError):
        on_display(markup, CHAT, seal())
    with pytest.raises(OutOfDateError):
        on_display(None, CHAT, seal())


def test_a_place_is_read_from_a_press_and_written_into_one() -> None:
    bookmark = Bookmark(99, 8)

    assert bookmark == Bookmark.of(bookmark.press(FOUND))
    assert Bookmark() == Bookmark.of(FOUND)
    assert Bookmark(0, 8) == Bookmark.of(replace(FOUND, more=(0, 8, 1)))
    assert Bookmark(99, 0) == bookmark.to(-3)
