from __future__ import annotations

import pytest

from storage.models import ItemState, JobState
from storage.states import (
    ACTIVE_ITEMS,
    ENDED_ITEMS,
    ENDED_JOBS,
    IllegalMoveError,
    check_item_move,
    check_job_move,
    ending,
)


@pytest.mark.parametrize("state", sorted(set(JobState) - ENDED_JOBS))
def test_every_job_that_has_not_ended_can_be_cancelled(state: JobState) -> None:
    check_job_move(state, JobState.CANCELLED)


@pytest.mark.parametrize("state", sorted(set(ItemState) - ENDED_ITEMS))
def test_every_item_that_has_not_ended_can_be_cancelled(state: ItemState) -> None:
    check_item_move(state, ItemState.CANCELLED)


@pytest.mark.parametrize("state", sorted(ACTIVE_ITEMS))
def test_every_item_at_work_can_be_put_back(state: ItemState) -> None:
    check_item_move(state, ItemState.QUEUED)
    check_item_move(state, ItemState.PARKED)


@pytest.mark.parametrize("after", ItemState)
def test_a_saved_item_stays_saved(after: ItemState) -> None:
    with pytest.raises(IllegalMoveError) as error:
        check_item_move(ItemState.SAVED, after)

    assert (error.value.before, error.value.after) == (ItemState.SAVED, after)


def test_a_job_that_is_done_goes_on_only_with_what_it_left_out() -> None:
    check_job_move(JobState.DONE, JobState.RUNNING)
    with pytest.raises(IllegalMoveError, match="done -> queued"):
        check_job_move(JobState.DONE, JobState.QUEUED)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ({}, JobState.DONE),
        ({ItemState.SAVED: 2, ItemState.LINKED: 1, ItemState.SKIPPED: 3}, JobState.DONE),
        ({ItemState.SKIPPED: 1}, JobState.DONE),
        ({ItemState.REMOVED: 1}, JobState.DONE),
        ({ItemState.SAVED: 1, ItemState.FAILED: 1}, JobState.PARTLY_DONE),
        ({ItemState.LINKED: 1, ItemState.CANCELLED: 1}, JobState.PARTLY_DONE),
        ({ItemState.FAILED: 1, ItemState.CANCELLED: 1}, JobState.FAILED),
        ({ItemState.FAILED: 1, ItemState.SKIPPED: 1}, JobState.FAILED),
        ({ItemState.CANCELLED: 4, ItemState.SKIPPED: 1}, JobState.CANCELLED),
        ({ItemState.SAVED: 1, ItemState.PARKED: 1}, None),
        ({ItemState.SAVED: 1, ItemState.WAITING: 1}, None),
        ({ItemState.SAVED: 1, ItemState.WAITING: 0}, JobState.DONE),
    ],
)
def test_a_job_ends_as_its_items_did(
    items: dict[ItemState, int], expected: JobState | None
) -> None:
    assert ending(items) == expected
