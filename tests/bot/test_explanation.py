from __future__ import annotations

from datetime import timedelta

import pytest

from bot.explanation import explained, name
from storage.models import Reason
from tests.bot.views import NOW, item


@pytest.mark.parametrize(
    ("reason", "detail", "expected"),
    [
        (Reason.REFUSED, "FILE_ID_INVALID", "Telegram refuses it (FILE_ID_INVALID)."),
        (
            Reason.INCOMPLETE_AT_SOURCE,
            "3100000 of 5000000",
            "Telegram has only a part of the file (3.1 MB of 5.0 MB).",
        ),
        (Reason.INCOMPLETE_AT_SOURCE, "who knows", "Telegram has only a part of the file."),
        (Reason.DISK_FULL, "34000000 bytes", "The disk is full (34 MB more are needed)."),
        (Reason.DISK_FULL, "full: /music", "The disk is full."),
        (
            Reason.DISK_DENIED,
            "read-only: /music/Jazz/<b>.mp3",
            "The music folder cannot be written to (<code>/music/Jazz/&lt;b&gt;.mp3</code>).",
        ),
        (Reason.DELETED, "7", "Deleted by its author."),
    ],
)
def test_what_helps_of_a_detail_is_told_with_the_reason(
    reason: Reason, detail: str, expected: str
) -> None:
    assert explained(reason, detail).startswith(expected)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_says_what_to_do_or_that_it_passes(reason: Reason) -> None:
    assert 2 <= explained(reason).count(".")


def test_what_passes_says_when_and_what_needs_a_person_does_not() -> None:
    until = NOW + timedelta(minutes=5)

    assert "It continues in 5 min." in explained(Reason.FLOOD, "", until, NOW)
    assert "5 min" not in explained(Reason.LOGIN, "", until, NOW)


def test_after_a_colon_it_goes_on_in_small_letters() -> None:
    assert explained(Reason.DELETED, start=False).startswith("deleted by its author.")


def test_a_track_is_named_as_well_as_can_be() -> None:
    names = [
        name(item(1)),
        name(item(2, title="", performer="", name="a.mp3")),
        name(item(3, title="\u202e", performer="")),
    ]

    assert ["Band – Song 1", "a.mp3", "message 3"] == names
