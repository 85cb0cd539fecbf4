"""What Telegram has told an account to wait for: the flood budget, as far as it is used up."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

from downloader.clock import Clock

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
# What is in flight when the first is told to wait is told so too: that is one flood.
_TOGETHER = 1.0  # seconds


class Floods:
    """The floods of the last day. It counts by a clock that no change of the time can move."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._floods: deque[tuple[float, timedelta]] = deque()

    def note(self, wait: timedelta) -> bool:
        """Count a flood; return False where it is one with the last."""
        now = self._clock.monotonic()
        if self._floods and now - self._floods[-1][0] <= _TOGETHER:
            began, longest = self._floods.pop()
            self._floods.append((began, max(longest, wait)))
            return False
        self._forget(now)
        self._floods.append((now, wait))
        return True

    @property
    def last_hour(self) -> int:
        return len(self._since(_HOUR))

    @property
    def last_day(self) -> int:
        return len(self._since(_DAY))

    @property
    def waited(self) -> timedelta:
        """How long the floods of the last day were to be waited out, taken together."""
        return sum(self._since(_DAY), timedelta(0))

    def _since(self, span: timedelta) -> list[timedelta]:
        start = self._clock.monotonic() - span.total_seconds()
        return [wait for at, wait in self._floods if at > start]

    def _forget(self, now: float) -> None:
        while self._floods and self._floods[0][0] <= now - _DAY.total_seconds():
            self._floods.popleft()
