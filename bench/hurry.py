"""A clock on which whoever sleeps lets the time pass, so that long waits cost nothing."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

from downloader.clock import Clock

_LONGEST = 0.002  # seconds that a sleep really takes: others must get on meanwhile


class Hurry:
    """`clock` is the real one, and ahead of it by all that was slept."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self.clock = Clock(now=self._now, monotonic=self._monotonic, sleep=self._sleep)

    def _now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    def _monotonic(self) -> float:
        return time.monotonic() + self._ahead

    async def _sleep(self, seconds: float) -> None:
        due = self._monotonic() + seconds
        await asyncio.sleep(min(seconds, _LONGEST))
        # Two that sleep at once let the same time pass, not each its own.
        self._ahead += max(0.0, due - self._monotonic())
