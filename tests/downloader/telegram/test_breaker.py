from __future__ import annotations

import asyncio

import pytest
from telethon.errors import FileMigrateError, FloodWaitError, RPCError

from downloader.errors import AccountLostError, DownloaderError, OfflineError, ServerTroubleError
from downloader.telegram.breaker import Breaker
from storage.models import Reason
from tests.downloader.scripted import OwnedTime


class Tried:
    """A breaker in owned time."""

    def __init__(self) -> None:
        self.time = OwnedTime()
        self.breaker = Breaker("account 1, data centre 4", self.time.clock)

    def fail(self, error: BaseException | None = None) -> None:
        error = error or ConnectionResetError()
        with pytest.raises(type(error)), self.breaker.watching():
            raise error

    def fail_often(self, times: int = 5, error: BaseException | None = None) -> None:
        for _ in range(times):
            self.time.advance(2)
            self.fail(error)

    def succeed(self) -> None:
        with self.breaker.watching():
            pass

    @property
    def may_try(self) -> bool:
        try:
            self.breaker.check()
        except DownloaderError:
            return False
        return True


@pytest.fixture
def tried() -> Tried:
    return Tried()


def test_after_so_many_failures_in_a_row_nobody_tries(tried: Tried) -> None:
    tried.fail_often(4)
    assert tried.may_try
    tried.fail_often(1)

    assert not tried.may_try
    assert 15 == tried.breaker.rest_left


def test_f30_what_went_wrong_is_told_until_somebody_may_try(tried: Tried) -> None:
    tried.fail_often()
    assert isinstance(tried.breaker.failure, OfflineError)
    tried.time.advance(15)
    over = tried.breaker.failure

    assert over is None  # nobody may have wanted anything since
    assert tried.may_try
    assert isinstance(tried.breaker.failure, OfflineError)  # until it is known how that went


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ConnectionResetError(), OfflineError),
        (TimeoutError(), OfflineError),
        (OfflineError("door shut"), OfflineError),
        (RPCError(None, "RPC_CALL_FAIL", 500), ServerTroubleError),
    ],
    ids=["reset", "time-out", "offline", "500"],
)
def test_it_raises_again_what_went_wrong(
    tried: Tried, error: Exception, kind: type[DownloaderError]
) -> None:
    tried.fail_often(error=error)

    with pytest.raises(kind):
        tried.breaker.check()
    assert isinstance(tried.breaker.failure, kind)


@pytest.mark.parametrize(
    "answer",
    [
        FloodWaitError(None, 30),
        FileMigrateError(None, 4),
        RPCError(None, "FILE_REFERENCE_EXPIRED", 400),
        AccountLostError("SESSION_REVOKED"),
    ],
    ids=["flood", "migrate", "reference", "lost"],
)
def test_whatever_else_is_answered_shows_that_it_works(tried: Tried, answer: Exception) -> None:
    tried.fail_often(4)
    tried.fail(answer)
    tried.fail_often(4)
    assert tried.may_try

    tried.fail_often(9, answer)
    assert tried.may_try


def test_one_success_forgets_the_failures(tried: Tried) -> None:
    tried.fail_often(4)
    tried.succeed()
    tried.fail_often(4)

    assert tried.may_try
    assert tried.breaker.failure is None


def test_that_a_connection_is_taken_proves_nothing(tried: Tried) -> None:
    for _ in range(5):
        tried.time.advance(2)
        with tried.breaker.watching(only_connecting=True):
            pass
        tried.fail(TimeoutError())

    assert not tried.may_try


def test_that_no_connection_is_taken_is_a_failure(tried: Tried) -> None:
    for _ in range(5):
        tried.time.advance(2)
        with pytest.raises(OSError), tried.breaker.watching(only_connecting=True):  # noqa: PT011  # any will do
            raise OSError

    assert not tried.may_try


def test_what_breaks_together_with_its_line_is_one_failure(tried: Tried) -> None:
    for _ in range(4):
        tried.time.advance(2)
        for _ in range(8):
            tried.fail()
    assert tried.may_try
    tried.fail_often(1)

    assert not tried.may_try


def test_a_cancellation_says_nothing(tried: Tried) -> None:
    tried.fail_often(9, asyncio.CancelledError())
    assert tried.may_try

    tried.fail_often(4)
    tried.fail(asyncio.CancelledError())
    tried.fail_often(1)
    assert not tried.may_try


def test_after_a_rest_one_tries_and_the_others_still_do_not(tried: Tried) -> None:
    tried.fail_often()
    tried.time.advance(14.9)
    assert not tried.may_try
    tried.time.advance(0.2)

    assert [True, False, False] == [tried.may_try for _ in range(3)]


def test_when_the_trial_succeeds_everybody_may(tried: Tried) -> None:
    tried.fail_often()
    tried.time.advance(16)
    assert tried.may_try
    tried.succeed()

    assert all(tried.may_try for _ in range(9))
    assert (0, None) == (tried.breaker.rest_left, tried.breaker.failure)


def test_when_the_trial_fails_all_rest_again(tried: Tried) -> None:
    tried.fail_often()
    tried.time.advance(16)
    assert tried.may_try
    tried.fail()

    assert 15 == tried.breaker.rest_left
    tried.time.advance(10)
    assert not tried.may_try
    tried.time.advance(6)
    assert [True, False] == [tried.may_try for _ in range(2)]


def test_a_trial_of_which_nothing_is_heard_is_followed_by_another(tried: Tried) -> None:
    tried.fail_often()
    tried.time.advance(16)
    assert tried.may_try
    tried.time.advance(16)

    assert [True, False] == [tried.may_try for _ in range(2)]


def test_stragglers_make_no_rest_longer(tried: Tried) -> None:
    tried.fail_often()
    tried.time.advance(10)
    tried.fail()

    assert 5 == tried.breaker.rest_left


def test_nothing_is_collected_for_listeners_that_there_are_none_of(tried: Tried) -> None:
    for _ in range(50):
        tried.fail_often(3)
        tried.succeed()

    assert [] == tried.breaker._circuit.messages


def test_the_reason_is_one_that_people_know(tried: Tried) -> None:
    tried.fail_often()
    failure = tried.breaker.failure

    assert failure is not None
    assert Reason.OFFLINE is failure.reason
