from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.watchruns import Backfill, brought
from storage.models import ItemState, JobState, Reason, Tally
from tests.bot.views import job


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ({}, "I am still looking for it"),
        ({ItemState.QUEUED: 3}, "3 on the way"),
        ({ItemState.SAVED: 1, ItemState.LINKED: 2}, "1 track, 2.0 kB, 2 in the library already"),
        (
            {ItemState.SAVED: 2, ItemState.FAILED: 1, ItemState.CANCELLED: 4, ItemState.SKIPPED: 9},
            "2 tracks, 2.0 kB, 1 did not come, 4 cancelled",
        ),
        ({ItemState.SKIPPED: 2}, "nothing came"),
    ],
)
def test_what_came_of_a_backfill_is_told_in_a_few_words(
    items: Mapping[ItemState, int], said: str
) -> None:
    running = job(state=JobState.RUNNING)

    assert said == brought(Backfill(running, Tally(items=dict(items)), 2000))


def test_a_backfill_that_could_not_begin_says_why() -> None:
    failed = job(state=JobState.FAILED, reason=Reason.CHAT_PRIVATE)

    assert "nothing came: this chat is private" == brought(Backfill(failed, Tally()))
