"""Which moves jobs and items may make. Pure; an illegal move is a bug and raises."""

from __future__ import annotations

from storage.models import ItemState, JobState

_JOB = {
    JobState.QUEUED: {JobState.PLANNING, JobState.PAUSED, JobState.CANCELLED},
    JobState.PLANNING: {
        JobState.QUEUED,  # put back: the chat cannot be read just now
        JobState.RUNNING,
        JobState.PAUSED,
        JobState.DONE,
        JobState.FAILED,
        JobState.CANCELLED,
    },
    JobState.RUNNING: {
        JobState.PAUSED,
        JobState.DONE,
        JobState.PARTLY_DONE,
        JobState.FAILED,
        JobState.CANCELLED,
    },
    JobState.PAUSED: {
        JobState.QUEUED,
        JobState.RUNNING,
        JobState.DONE,  # and the two below: its last item came to rest as it was being paused
        JobState.PARTLY_DONE,
        JobState.FAILED,
        JobState.CANCELLED,
    },
    # A person may retry what went wrong.
    JobState.DONE: {JobState.RUNNING},  # with what it left out
    JobState.PARTLY_DONE: {JobState.QUEUED, JobState.RUNNING},
    JobState.FAILED: {JobState.QUEUED, JobState.RUNNING},
    JobState.CANCELLED: {JobState.QUEUED, JobState.RUNNING},
}

_STOPPABLE = {ItemState.QUEUED, ItemState.WAITING, ItemState.PARKED, ItemState.CANCELLED}
_TROUBLE = {ItemState.FAILED, *_STOPPABLE}

_ITEM = {
    ItemState.QUEUED: {
        ItemState.FETCHING,
        ItemState.LINKED,
        ItemState.REMOVED,
        ItemState.CANCELLED,
    },
    ItemState.FETCHING: {ItemState.CHECKING, ItemState.LINKED, *_TROUBLE},
    ItemState.WAITING: {ItemState.QUEUED, ItemState.FETCHING, ItemState.LINKED, *_TROUBLE},
    ItemState.CHECKING: {ItemState.TAGGING, ItemState.PUBLISHING, ItemState.LINKED, *_TROUBLE},
    ItemState.TAGGING: {ItemState.PUBLISHING, *_TROUBLE},
    ItemState.PUBLISHING: {ItemState.SAVED, *_TROUBLE},
    ItemState.PARKED: {ItemState.QUEUED, ItemState.CANCELLED},
    ItemState.SAVED: set[ItemState](),
    ItemState.LINKED: set[ItemState](),
    ItemState.SKIPPED: set[ItemState](),
    ItemState.REMOVED: {ItemState.QUEUED},
    ItemState.FAILED: {ItemState.QUEUED},
    ItemState.CANCELLED: {ItemState.QUEUED},
}

ENDED_JOBS = frozenset({JobState.DONE, JobState.PARTLY_DONE, JobState.FAILED, JobState.CANCELLED})
ENDED_ITEMS = frozenset(
    {
        ItemState.SAVED,
        ItemState.LINKED,
        ItemState.SKIPPED,
        ItemState.REMOVED,
        ItemState.FAILED,
        ItemState.CANCELLED,
    }
)
ACTIVE_ITEMS = frozenset(
    {ItemState.FETCHING, ItemState.CHECKING, ItemState.TAGGING, ItemState.PUBLISHING}
)


class IllegalMoveError(Exception):
    def __init__(self, before: JobState | ItemState, after: JobState | ItemState) -> None:
        super().__init__(f"{before} -> {after}")
        self.before = before
        self.after = after


def check_job_move(before: JobState, after: JobState) -> None:
    if after not in _JOB[before]:
        raise IllegalMoveError(before, after)


def check_item_move(before: ItemState, after: ItemState) -> None:
    if after not in _ITEM[before]:
        raise IllegalMoveError(before, after)


def before(after: ItemState) -> frozenset[ItemState]:
    """Return the states from which an item may move to that one."""
    return frozenset(state for state, next_ones in _ITEM.items() if after in next_ones)


def ending(items: dict[ItemState, int]) -> JobState | None:
    """Return the state a running job ends in, or None while an item is still to move.

    A cancelled item counts as neither success nor failure: only cancelled ones means cancelled.
    """
    counts = {state: count for state, count in items.items() if count}
    if not counts.keys() <= ENDED_ITEMS:
        return None
    well = counts.keys() & {ItemState.SAVED, ItemState.LINKED}
    if ItemState.FAILED not in counts and ItemState.CANCELLED not in counts:
        return JobState.DONE
    if well:
        return JobState.PARTLY_DONE
    return JobState.FAILED if ItemState.FAILED in counts else JobState.CANCELLED
