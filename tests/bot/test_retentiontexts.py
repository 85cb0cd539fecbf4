from __future__ import annotations

from datetime import timedelta

import pytest

from bot import retentiontexts as texts
from downloader.retaining import Cleaning
from storage.models import Chat, ChatKind
from storage.retention import Guard, Held, Retention
from tests.bot.library import NOW

JAZZ = Chat(-1001, "<Jazz>", "jazz", ChatKind.CHANNEL)
GOING = (Held(1, 9_000_000, NOW, {}), Held(2, 1_000_000, NOW, {}))


@pytest.mark.parametrize(
    ("retention", "expected"),
    [
        (Retention(count=1), "the newest track"),
        (Retention(count=10), "the newest 10 tracks"),
        (Retention(size=20 * 10**9), "the newest tracks, within 20.0 GB"),
        (Retention(age=timedelta(days=90)), "the newest tracks, none older than 90 days"),
        (
            Retention(5, 10**9, timedelta(days=7)),
            "the newest 5 tracks, within 1.0 GB, none older than 7 days",
        ),
    ],
)
def test_how_much_is_kept_is_told_in_words(retention: Retention, expected: str) -> None:
    assert expected == texts.limits(retention)


def test_what_would_go_is_told_with_what_stays_besides() -> None:
    found = Cleaning(GOING, {Guard.PLAYED: 1, Guard.FAVORITE: 12})
    told = texts.ask_first(JAZZ, Retention(count=5), found)

    assert told.startswith("<b>&lt;Jazz&gt;</b>: keep only the newest 5 tracks?\n2 tracks would go")
    assert "2 tracks would go, 10 MB." in told
    assert "besides: 12 among somebody’s favorites, 1 played in the last 30 days." in told


def test_where_nothing_goes_that_is_told() -> None:
    assert texts.NOTHING_GOES in texts.ask_first(JAZZ, Retention(count=5), Cleaning())


def test_everything_that_speaks_for_a_track_has_its_words() -> None:
    counts = dict.fromkeys(Guard, 3)

    assert len(Guard) == texts.staying(counts).count("3 ")
