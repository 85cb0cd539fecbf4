"""Keeps attempts apart that follow each other fast: the more there were, the longer."""

from __future__ import annotations

from datetime import timedelta

from downloader.clock import Clock

_FREE = 3  # lines do break, and are wanted back at once
_FIRST, _LONGEST = 0.5, 8.0  # seconds from one attempt to the next
_DOUBLINGS = 10  # more than it takes to come to the longest
_CALM = 60.0  # seconds without an attempt, after which the count begins anew


class Spacing:
    """Counts attempts, however they end.

    Whoever stands in between may take every connection and close it a moment later: none of them
    has failed, and without a pause hundreds would be made in a second.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = float("-inf")
        self._count = 0

    @property
    def left(self) -> timedelta:
        """How long the next attempt has to wait."""
        return timedelta(seconds=max(0.0, self._last + self._gap - self._clock.monotonic()))

    async def wait(self) -> None:
        """Wait until it is time for an attempt, and count it."""
        if left := self.left:
            await self._clock.sleep(left.total_seconds())
        now = self._clock.monotonic()
        self._count = 1 if now - self._last > _CALM else self._count + 1
        self._last = now

    @property
    def _gap(self) -> float:
        if self._count < _FREE:
            return 0.0
        doublings = min(self._count - _FREE, _DOUBLINGS)
        return min(_FIRST * 2.0**doublings, _LONGEST)
