"""What Telegram told one of us to wait, kept by all who ask the same."""

from __future__ import annotations

from datetime import timedelta

from downloader.clock import Clock
from downloader.errors import ThrottledError

_SHORTEST = timedelta(seconds=1)


class Respite:
    """A wait longer than `patience` is not sat out: another account may go on meanwhile."""

    def __init__(self, clock: Clock, patience: timedelta) -> None:
        self._clock = clock
        self._patience = patience
        self._until = float("-inf")
        self._kind = ThrottledError

    @property
    def left(self) -> timedelta:
        return timedelta(seconds=max(0.0, self._until - self._clock.monotonic()))

    def begin(self, error: ThrottledError) -> None:
        """Let nobody ask until Telegram's wait is over."""
        until = self._clock.monotonic() + max(error.wait, _SHORTEST).total_seconds()
        if until > self._until:
            self._until, self._kind = until, type(error)

    async def over(self) -> None:
        """Sit it out. Raises the same kind of error with what is left when that is too long."""
        while left := self.left:
            if left > self._patience:
                raise self._kind(left)
            await self._clock.sleep(left.total_seconds())
