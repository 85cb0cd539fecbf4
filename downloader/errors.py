"""What can go wrong between Telegram and disk.

DownloaderError(reason)
├── ChatUnavailableError   the chat does not exist, or this account may not read it
├── PostingGoneError       the posting was deleted, or now carries another file
├── AccountLostError       the session is no longer valid: a person must log in again
├── ThrottledError         Telegram told us to wait
│   └── CentreThrottledError until the data centre of this file may know us; others do already
├── OutsideHoursError      a person wants nothing to be fetched at this time of the day
├── AskAgainError          one request was in vain; nothing is wrong with the rest
├── OfflineError           Telegram cannot be reached
│   └── CentreOfflineError where this file lies; what lies elsewhere may yet come
├── ServerTroubleError     Telegram answered with an error of its own that may pass
├── TakeoutDelayedError    the export must be approved first, or some hours go by
├── TakeoutRefusedError    there is no export, or no more: it goes without
├── RefusedError           Telegram refuses for good, with a code we have no better word for
│   ├── MisplacedError     it finds nothing where we ask: perhaps it lies elsewhere by now
│   └── NoForumError       the chat has no topics
├── SourceDamagedError     the bytes that arrive are not the ones that were declared
└── DiskError              our own disk: full, read-only, denied, broken

NoSuchJobError             a person means a job that there is not
TooManyPleasError          a person asks for far more than their limits allow
"""

from __future__ import annotations

from datetime import timedelta

from storage.models import AccountState, Reason

BRIEF = timedelta(seconds=5)
# The speed limit comes back every few seconds. It is to be slower by, not to be waited for.
_BRIEF_FOR_SPEED = timedelta(seconds=20)


class DownloaderError(Exception):
    """Base of all errors below. `reason` is what is stored; `detail` is data, never a sentence."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class ChatUnavailableError(DownloaderError):
    pass


class PostingGoneError(DownloaderError):
    pass


class AccountLostError(DownloaderError):
    """`state` is what the account is in from now on."""

    def __init__(self, detail: str, state: AccountState = AccountState.NEEDS_LOGIN) -> None:
        super().__init__(Reason.LOGIN, detail)
        self.state = state


class ThrottledError(DownloaderError):
    """`premium` marks the speed limit for accounts without Telegram Premium.

    `of_reading` marks what keeps an account from reading messages, while it may fetch files.
    """

    def __init__(self, wait: timedelta, *, premium: bool = False, of_reading: bool = False) -> None:
        super().__init__(Reason.FLOOD, f"{wait.total_seconds():.0f} s")
        self.wait = wait
        self.premium = premium
        self.of_reading = of_reading

    @property
    def is_brief(self) -> bool:
        """Tell whether it is best sat out in place: to change accounts would cost more."""
        return self.wait <= (_BRIEF_FOR_SPEED if self.premium else BRIEF)


class CentreThrottledError(ThrottledError):
    """The account may fetch what lies elsewhere, and another account may fetch this."""


class OutsideHoursError(DownloaderError):
    """`opens` is the time of the day, on the clock on the wall, from which on it goes on."""

    def __init__(self, wait: timedelta, opens: str) -> None:
        super().__init__(Reason.OUTSIDE_HOURS, opens)
        self.wait = wait


class AskAgainError(DownloaderError):
    """The file lies elsewhere now, or its reference is new: the next request knows."""

    def __init__(self, detail: str) -> None:
        super().__init__(Reason.SERVER_TROUBLE, detail)


class OfflineError(DownloaderError):
    def __init__(self, detail: str = "") -> None:
        super().__init__(Reason.OFFLINE, detail)


class CentreOfflineError(OfflineError):
    pass


class ServerTroubleError(DownloaderError):
    def __init__(self, detail: str) -> None:
        super().__init__(Reason.SERVER_TROUBLE, detail)


class TakeoutDelayedError(DownloaderError):
    def __init__(self, wait: timedelta) -> None:
        super().__init__(Reason.TAKEOUT_DELAY, f"{wait.total_seconds():.0f} s")
        self.wait = wait


class TakeoutRefusedError(DownloaderError):
    def __init__(self, detail: str) -> None:
        super().__init__(Reason.NO_TAKEOUT, detail)


class RefusedError(DownloaderError):
    def __init__(self, detail: str) -> None:
        super().__init__(Reason.REFUSED, detail)


class MisplacedError(RefusedError):
    pass


class NoForumError(RefusedError):
    pass


class SourceDamagedError(DownloaderError):
    pass


class NoSuchJobError(Exception):
    def __init__(self, job_id: int) -> None:
        super().__init__(str(job_id))
        self.job_id = job_id


class TooManyPleasError(Exception):
    """Somebody has `limit` jobs that are not over, and asked for as many more as one may."""

    def __init__(self, limit: int, most_asked: int) -> None:
        super().__init__(f"limit {limit}")
        self.limit = limit
        self.most_asked = most_asked


class DiskError(DownloaderError):
    pass
