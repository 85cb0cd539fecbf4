from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import PurePosixPath

import pytest

from downloader.errors import (
    AccountLostError,
    CentreOfflineError,
    CentreThrottledError,
    ChatUnavailableError,
    DiskError,
    DownloaderError,
    MisplacedError,
    OfflineError,
    OutsideHoursError,
    PostingGoneError,
    RefusedError,
    ServerTroubleError,
    SourceDamagedError,
    TakeoutDelayedError,
    ThrottledError,
)
from downloader.outcomes import LONGEST_WAIT, disk_error, of_item, of_job, pause, throttle
from storage.errors import DiskFailure, DiskTrouble
from storage.models import Item, ItemState, Job, JobState, Origin, Reason, Request
from storage.states import check_item_move, check_job_move
from tests.downloader.scripted import JAZZ, START, song

ITEM = Item(3, 1, JAZZ.id, 1, song(1), ItemState.FETCHING)
JOB = Job(2, Request("@jazz", 1), Origin(1, 1), JobState.PLANNING, START)

ITEM_ENDS = [
    (ThrottledError(timedelta(seconds=34)), ItemState.WAITING, Reason.FLOOD),
    (OfflineError(), ItemState.WAITING, Reason.OFFLINE),
    (SourceDamagedError(Reason.TAMPERED), ItemState.FAILED, Reason.TAMPERED),
    (ServerTroubleError("-503"), ItemState.WAITING, Reason.SERVER_TROUBLE),
    (OutsideHoursError(timedelta(hours=13), "02:00"), ItemState.WAITING, Reason.OUTSIDE_HOURS),
    (AccountLostError("revoked"), ItemState.PARKED, Reason.LOGIN),
    (ChatUnavailableError(Reason.NO_ACCESS), ItemState.PARKED, Reason.NO_ACCESS),
    (ChatUnavailableError(Reason.CHAT_PRIVATE), ItemState.PARKED, Reason.NO_ACCESS),
    (ChatUnavailableError(Reason.CHAT_NOT_JOINED), ItemState.PARKED, Reason.NO_ACCESS),
    (DiskError(Reason.DISK_FULL), ItemState.PARKED, Reason.DISK_FULL),
    (DiskError(Reason.DISK_DENIED), ItemState.PARKED, Reason.DISK_DENIED),
    (DiskError(Reason.DISK_BROKEN), ItemState.PARKED, Reason.DISK_BROKEN),
    (PostingGoneError(Reason.DELETED), ItemState.FAILED, Reason.DELETED),
    (PostingGoneError(Reason.REPLACED), ItemState.FAILED, Reason.REPLACED),
    (SourceDamagedError(Reason.EMPTY_FILE), ItemState.FAILED, Reason.EMPTY_FILE),
    (SourceDamagedError(Reason.DAMAGED_AT_SOURCE), ItemState.FAILED, Reason.DAMAGED_AT_SOURCE),
    (ChatUnavailableError(Reason.CHAT_NOT_FOUND), ItemState.FAILED, Reason.CHAT_NOT_FOUND),
]


def test_f30_a_file_out_of_reach_says_nothing_of_the_others() -> None:
    assert of_item(OfflineError(), ITEM, START, troubles=0).of_all
    assert not of_item(CentreOfflineError(), ITEM, START, troubles=0).of_all


def test_f01_what_one_data_centre_keeps_waiting_keeps_no_other_item_waiting() -> None:
    hour = timedelta(hours=1)

    assert of_item(ThrottledError(hour), ITEM, START, troubles=0).of_all
    assert not of_item(CentreThrottledError(hour), ITEM, START, troubles=0).of_all


def test_who_waits_for_the_hours_goes_on_to_the_minute_whoever_and_however_often() -> None:
    error = OutsideHoursError(timedelta(hours=13), "02:00")
    outcomes = [of_item(error, replace(ITEM, id=seed), START, 99) for seed in range(9)]

    assert {START + timedelta(hours=13)} == {outcome.until for outcome in outcomes}
    assert {0} == {outcome.attempts for outcome in outcomes}


@pytest.mark.parametrize(("error", "state", "reason"), ITEM_ENDS)
def test_each_error_has_its_state(error: DownloaderError, state: ItemState, reason: Reason) -> None:
    outcome = of_item(error, ITEM, START, 0)

    assert (state, reason) == (outcome.state, outcome.reason)
    assert (state is ItemState.WAITING) == (outcome.until is not None)
    for before in (ItemState.FETCHING, ItemState.CHECKING, ItemState.PUBLISHING):
        check_item_move(before, outcome.state)


@pytest.mark.parametrize("error", [error for error, state, _ in ITEM_ENDS if state != "failed"])
@pytest.mark.parametrize("attempts", [0, 2, 7])
def test_waiting_and_parking_use_up_no_attempt(error: DownloaderError, attempts: int) -> None:
    item = replace(ITEM, attempts=attempts)

    assert attempts == of_item(error, item, START, 100).attempts


@pytest.mark.parametrize(
    "error",
    [
        RefusedError("X"),
        DownloaderError(Reason.BROKEN, "KeyError"),
        SourceDamagedError(Reason.INCOMPLETE_AT_SOURCE, "5 of 9"),
    ],
)
def test_f22_f29_what_may_be_otherwise_next_time_is_tried_three_times(
    error: DownloaderError,
) -> None:
    outcomes = [of_item(error, replace(ITEM, attempts=n), START, 0) for n in range(3)]

    assert ["waiting", "waiting", "failed"] == [outcome.state for outcome in outcomes]
    assert [1, 2, 3] == [outcome.attempts for outcome in outcomes]
    assert error.detail == outcomes[-1].detail


def test_f21_what_lies_elsewhere_is_begun_anew_once() -> None:
    outcomes = [of_item(MisplacedError("X"), replace(ITEM, attempts=n), START, 0) for n in range(2)]

    assert [(ItemState.WAITING, 1), (ItemState.FAILED, 2)] == [
        (outcome.state, outcome.attempts) for outcome in outcomes
    ]
    assert {(Reason.REFUSED, "X")} == {(outcome.reason, outcome.detail) for outcome in outcomes}


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ChatUnavailableError(Reason.CHAT_NOT_FOUND), JobState.FAILED),
        (ChatUnavailableError(Reason.CHAT_PRIVATE), JobState.FAILED),
        (ChatUnavailableError(Reason.CHAT_NOT_JOINED), JobState.FAILED),
        (ChatUnavailableError(Reason.NOT_A_CHAT), JobState.FAILED),
        (AccountLostError("revoked"), JobState.QUEUED),
        (OfflineError(), JobState.QUEUED),
        (ThrottledError(timedelta(seconds=34)), JobState.QUEUED),
        (ServerTroubleError("500"), JobState.QUEUED),
        (DiskError(Reason.DISK_FULL), JobState.QUEUED),
        (RefusedError("X"), JobState.QUEUED),
    ],
)
def test_a_job_that_cannot_be_planned_fails_or_waits(
    error: DownloaderError, state: JobState
) -> None:
    outcome = of_job(error, JOB, START, 0)

    assert (state, error.reason) == (outcome.state, outcome.reason)
    assert (state is JobState.QUEUED) == (outcome.until is not None)
    check_job_move(JobState.PLANNING, outcome.state)


def test_a_job_refused_three_times_fails() -> None:
    assert JobState.FAILED is of_job(RefusedError("X"), JOB, START, 2, attempts=2).state


def test_waiting_uses_up_no_try_of_a_plan() -> None:
    assert 0 == of_job(OfflineError(), JOB, START, 7).attempts
    outcome = of_job(RefusedError("X"), JOB, START, 7)
    assert (JobState.QUEUED, 1) == (outcome.state, outcome.attempts)


def test_f01_a_flood_wait_is_never_cut_short() -> None:
    for seconds in (1, 34, 60, 86_400):
        asked = timedelta(seconds=seconds)
        assert asked <= throttle(asked, seed=5) <= asked + timedelta(seconds=1)


def test_f02_a_flood_wait_is_at_most_fourteen_days() -> None:
    assert throttle(timedelta(days=4000)) <= LONGEST_WAIT + timedelta(seconds=1)


@pytest.mark.parametrize("seconds", [0, -5])
def test_f04_a_flood_wait_of_nothing_is_a_second(seconds: int) -> None:
    assert throttle(timedelta(seconds=seconds)) >= timedelta(seconds=1)


def test_f20_pauses_double_up_to_a_minute_and_then_last_fifteen() -> None:
    pauses = [pause(OfflineError(), troubles, seed=9).total_seconds() for troubles in range(22)]

    assert 1 <= pauses[0] < 2
    assert all(2**n <= pauses[n] <= 1.5 * 2**n for n in range(6))
    assert all(60 <= seconds <= 90 for seconds in pauses[6:20])
    assert all(900 <= seconds <= 1350 for seconds in pauses[20:])


def test_pauses_of_neighbours_differ() -> None:
    assert 50 == len({pause(OfflineError(), 6, seed=n) for n in range(50)})


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (DiskTrouble.FULL, Reason.DISK_FULL),
        (DiskTrouble.DENIED, Reason.DISK_DENIED),
        (DiskTrouble.READ_ONLY, Reason.DISK_DENIED),
        (DiskTrouble.BROKEN, Reason.DISK_BROKEN),
        (DiskTrouble.LOCKED, Reason.LOCKED),
        (DiskTrouble.CROWDED, Reason.TOO_MANY_FILES),
    ],
)
def test_a_disk_failure_keeps_its_kind_and_path(kind: DiskTrouble, reason: Reason) -> None:
    error = disk_error(DiskFailure(kind, PurePosixPath("/music/x")))

    assert reason is error.reason
    assert f"{kind}: /music/x" == error.detail


def test_f02_an_export_that_has_to_be_allowed_is_waited_for_as_long_as_telegram_says() -> None:
    outcome = of_job(TakeoutDelayedError(timedelta(hours=20)), JOB, START, troubles=50)

    assert (JobState.QUEUED, Reason.TAKEOUT_DELAY) == (outcome.state, outcome.reason)
    assert outcome.until is not None
    assert timedelta(hours=20) <= outcome.until - START < timedelta(hours=20, seconds=2)
