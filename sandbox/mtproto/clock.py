"""Message ids, which carry the time, and the judgement over the ids that clients send."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from enum import IntEnum

TOO_OLD = 300  # seconds; https://core.telegram.org/mtproto/description#message-identifier-msg-id
TOO_NEW = 30


class Kind(IntEnum):
    """What a server's message is, told by the last two bits of its id."""

    ANSWER = 1
    NOTICE = 3


class BadId(IntEnum):
    """Error codes of `bad_msg_notification`."""

    TOO_LOW = 16
    TOO_HIGH = 17
    NOT_DIVISIBLE = 18


class MessageClock:
    """The wall clock, shifted by `skew` (to imitate a client whose clock is wrong)."""

    def __init__(self) -> None:
        self.skew = timedelta()
        self._last = 0

    def seconds(self) -> float:
        return time.time() + self.skew.total_seconds()

    def now(self) -> datetime:
        return datetime.fromtimestamp(int(self.seconds()), UTC)

    def issue(self, kind: Kind) -> int:
        """Return a new id, higher than all before."""
        wanted = int(self.seconds() * 2**32) & ~3
        self._last = max(wanted, self._last + 4)
        return self._last + kind

    def judge(self, message_id: int) -> BadId | None:
        """Tell what is wrong with a client's message id."""
        if message_id % 4:
            return BadId.NOT_DIVISIBLE
        ahead = (message_id >> 32) - self.seconds()
        if ahead < -TOO_OLD:
            return BadId.TOO_LOW
        return BadId.TOO_HIGH if ahead > TOO_NEW else None
