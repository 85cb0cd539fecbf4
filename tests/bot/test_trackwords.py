from __future__ import annotations

from datetime import timedelta

import pytest

from bot import trackwords
from tests.bot.library import a_track


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, ""), (-1, ""), (0.6, "0:01"), (59, "0:59"), (225, "3:45"), (3600, "1:00:00")],
)
def test_lengths_are_written_as_players_do(seconds: float, text: str) -> None:
    assert text == trackwords.length(timedelta(seconds=seconds))


def test_a_track_is_named_by_what_is_known_of_it() -> None:
    assert "Trio – Tune 1" == trackwords.name(a_track())
    assert "Tune 1" == trackwords.name(a_track(performer=""))
    assert "song" == trackwords.name(a_track(title="", performer="", name="song.mp3"))
    assert "track 1" == trackwords.name(a_track(title="", performer="", name=""))


def test_what_is_not_known_is_left_out() -> None:
    bare = a_track(performer="", duration=timedelta(0), format="", size=10)

    assert "3:45 · MP3" == trackwords.kind(a_track())
    assert "Trio · 3:45 · MP3 · 1.0 kB" == trackwords.described(a_track(size=1000))
    assert ("", "10 B") == (trackwords.kind(bare), trackwords.described(bare))
