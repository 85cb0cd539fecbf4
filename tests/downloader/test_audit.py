from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from downloader.audit import Audit, Disk, Evidence, Verdict, enter, is_between, judged
from storage.models import ItemState, Reason, Track
from storage.stretch import Stretch
from storage.tried import Tried
from tests.downloader.scripted import JAZZ, START, song

SONG = song(5)
TRACK = Track(
    1, SONG.document_id, "", "", SONG.duration, SONG.size, "", "", PurePosixPath("a.mp3"), "", "",
    START,
)  # fmt: skip
REMEMBERED = replace(TRACK, path=None)


def tried(state: ItemState, document_id: int = SONG.document_id) -> Tried:
    return Tried(5, document_id, state, Reason.REFUSED)


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        (Evidence(tried(ItemState.SAVED), TRACK, Disk.WHOLE), Verdict.FETCHED),
        (Evidence(tried(ItemState.LINKED), TRACK, Disk.WHOLE), Verdict.LINKED),
        (Evidence(None, TRACK, Disk.WHOLE), Verdict.LINKED),
        (Evidence(tried(ItemState.SAVED), TRACK, Disk.MISSING), Verdict.MISSING),
        (Evidence(tried(ItemState.SAVED), TRACK, Disk.DAMAGED), Verdict.DAMAGED),
        (Evidence(tried(ItemState.SAVED), TRACK, Disk.ALTERED), Verdict.ALTERED),
        (Evidence(tried(ItemState.QUEUED), TRACK, Disk.DAMAGED), Verdict.UNDER_WAY),
        (Evidence(tried(ItemState.SAVED), REMEMBERED), Verdict.MISSING),
        (Evidence(None, REMEMBERED), Verdict.MISSING),
        (Evidence(tried(ItemState.SAVED), REMEMBERED, is_removed=True), Verdict.REMOVED),
        (Evidence(tried(ItemState.REMOVED)), Verdict.REMOVED),
        (Evidence(tried(ItemState.FAILED)), Verdict.FAILED),
        (Evidence(tried(ItemState.CANCELLED)), Verdict.CANCELLED),
        (Evidence(tried(ItemState.PARKED)), Verdict.UNDER_WAY),
        (Evidence(tried(ItemState.SAVED, 99)), Verdict.EXCHANGED),
        (Evidence(tried(ItemState.SAVED, 99), TRACK, Disk.WHOLE), Verdict.LINKED),
        (Evidence(looked_at=True), Verdict.PASSED_OVER),
        (Evidence(has_passed=True), Verdict.OVERLOOKED),
        (Evidence(), Verdict.UNSEEN),
    ],
)
def test_each_posting_is_one_thing(known: Evidence, verdict: Verdict) -> None:
    assert verdict is judged(SONG, known)


def test_what_was_removed_cancelled_or_passed_over_is_not_fetched() -> None:
    audit = Audit(JAZZ)
    for known in (
        Evidence(tried(ItemState.REMOVED)),
        Evidence(tried(ItemState.CANCELLED)),
        Evidence(looked_at=True),
        Evidence(),
        Evidence(tried(ItemState.LINKED), TRACK, Disk.WHOLE),
    ):
        enter(audit, SONG, known, "lossless")

    assert ([], []) == (audit.to_fetch, audit.damaged)
    assert {"lossless": 1} == audit.passed_over


def test_what_is_missing_damaged_or_failed_is_fetched() -> None:
    audit = Audit(JAZZ)
    for number, known in enumerate(
        [
            Evidence(tried(ItemState.SAVED), TRACK, Disk.MISSING),
            Evidence(tried(ItemState.SAVED), TRACK, Disk.DAMAGED),
            Evidence(tried(ItemState.FAILED)),
            Evidence(has_passed=True),
        ]
    ):
        enter(audit, replace(SONG, message_id=number), known, "")

    assert ([0, 1, 2, 3], [1]) == (audit.to_fetch, audit.damaged)
    assert {Reason.REFUSED: 1} == audit.failed


def test_where_accounts_number_messages_by_themselves_nothing_is_fetched_by_number() -> None:
    audit = Audit(JAZZ)
    enter(audit, replace(SONG, account=5), Evidence(tried(ItemState.FAILED)), "")

    assert ([], 1) == (audit.to_fetch, audit.verdicts[Verdict.FAILED])


def test_a_gap_lies_behind_something_that_was_looked_at() -> None:
    some = [Stretch(4, 6), Stretch(9, 9)]

    assert [7, 8, 10] == [number for number in range(1, 11) if is_between(some, number)]
    assert not is_between([], 5)
