from __future__ import annotations

from storage.search.texts import key, searched


def test_a_track_without_a_title_is_called_by_its_file() -> None:
    assert searched(1, "", "", "", "", "Viktor - Kino.mp3").title == "viktor kino"
    assert searched(1, "?!", "", "", "", "no_ending").title == "no ending"
    assert searched(1, "So What", "", "", "", "x.mp3").title == "so what"


def test_words_are_those_of_all_that_is_searched() -> None:
    entry = searched(1, "Перемен!", "Кино", "Best of", "Rock", "x.mp3")

    assert entry.words == {"перемен", "кино", "best", "of", "rock", "peremen", "kino"}


def test_a_name_has_one_key_however_it_is_cut() -> None:
    assert key("ac dc") == key("acdc")
    assert key("ac dc") != key("dc ac")
    assert -(2**31) <= key("ac dc") < 2**31
