from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

import pytest

from bot import why
from bot.findings import Found, PostingFindings
from bot.links import Link
from storage.fates import Fate
from storage.forwarded import Forwarded
from storage.models import ItemState, Track
from storage.sound import Flaw, Grade
from tests.bot.views import NOW, item, job
from tests.downloader.scripted import JAZZ

TRACK = Track(
    1, 1, "So What", "Miles", timedelta(minutes=9), 1, "", "", PurePosixPath("a.flac"), "", "", NOW,
    format="flac", codec="flac", bitrate=900_000, grade=Grade.FAIR,
)  # fmt: skip


def told(state: ItemState, track: Track = TRACK, **more: Any) -> str:
    found = Found(item(1, state), job(), track, **more)
    return why.of_posting(PostingFindings(Link("@jazz", 1, 1), [found]), NOW)


def test_of_a_file_with_a_flaw_it_says_how_good_it_is_and_why() -> None:
    fake = replace(TRACK, flaws=frozenset({Flaw.FAKE_LOSSLESS}))

    assert "\nFair: 900 kb/s flac; it was made from something lossy." in told(ItemState.SAVED, fake)
    assert "900" not in told(ItemState.SAVED, fake, gone=True)
    assert "900" not in told(ItemState.SAVED)


@pytest.mark.parametrize(
    ("state", "replaced", "is_told"),
    [
        (ItemState.SAVED, True, True),
        (ItemState.SAVED, False, False),
        (ItemState.LINKED, True, False),
    ],
)
def test_what_took_the_place_of_lesser_files_says_how_they_come_back(
    state: ItemState, replaced: bool, is_told: bool
) -> None:
    assert is_told == ("/duplicates undo" in told(state, replaced=replaced))


def test_a_chat_from_which_something_was_forwarded_goes_by_the_name_that_it_has_now() -> None:
    fate = Fate(1, 1, forwarded=Forwarded(JAZZ.id, 7, "Old Jazz"))
    now_called = replace(JAZZ, title="Cool")

    assert "forwarded from" in told(ItemState.SAVED, fate=fate)
    assert "Old Jazz" in told(ItemState.SAVED, fate=fate)
    assert ">Cool</a>" in told(ItemState.SAVED, fate=fate, from_chat=now_called)
