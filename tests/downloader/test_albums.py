from __future__ import annotations

from dataclasses import replace

from downloader.albums import albums, untorn
from storage.models import Audio
from tests.downloader.scripted import song


def sent(*groups: int | None) -> list[Audio]:
    return [replace(song(number), album=one) for number, one in enumerate(groups, start=1)]


def test_what_was_sent_together_stays_together_and_in_order() -> None:
    some = sent(None, 7, 7, None, None, 8)

    assert [1, 2, 1, 1, 1] == [len(one) for one in albums(some)]
    assert some == [audio for one in albums(some) for audio in one]


def test_an_album_that_may_go_on_is_left_for_the_next_look() -> None:
    assert sent(None, 7, 7) == untorn(sent(None, 7, 7, 8, 8))
    assert sent(7, 7, None) == untorn(sent(7, 7, None))


def test_an_album_that_is_all_there_is_is_not_left_for_ever() -> None:
    assert sent(7, 7, 7) == untorn(sent(7, 7, 7))
    assert [] == untorn([])
