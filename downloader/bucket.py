"""An adaptive token bucket: how many of something may come, and how fast.

Tokens come at a steady rate and are kept up to a few seconds' worth; whoever wants some waits in
line until they are there. Where Telegram says that it was too fast, the rate is halved: not the
rate that was allowed, but the one that was used, if that was lower. What was taken away comes back
in equal steps (additive increase, multiplicative decrease), and with all of it back the flood is
forgotten.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from downloader.clock import Clock
from downloader.meter import Meter

_RECOVERY = 600.0  # seconds until a flood is forgotten
# How much slower than allowed a use counts: one flood after a pause must not stop everything.
_HASTE = 4
_NOTHING = 1e-6  # tokens that are missing only because numbers are rounded


@dataclass(frozen=True, slots=True)
class Rate:
    """Tokens per second: `most` while all is well, never below `least`.

    Those of `burst` seconds may be taken at once after a pause, but always a whole one.
    """

    most: float
    least: float
    burst: float = 1.0


class Bucket:
    def __init__(self, rate: Rate, clock: Clock) -> None:
        self._rate = rate
        self._clock = clock
        self._taken = Meter(clock)
        self._line = asyncio.Lock()
        self._wanted = 0.0
        self._slowed_to, self._slowed_at = rate.most, float("-inf")
        self._level = self._capacity(rate.most)
        self._filled_at = clock.monotonic()

    @property
    def per_second(self) -> float:
        """How many tokens come right now."""
        recovered = (self._clock.monotonic() - self._slowed_at) / _RECOVERY
        if recovered >= 1:
            return self._rate.most
        return min(self._rate.most, self._slowed_to * (1 + recovered))

    @property
    def delay(self) -> float:
        """In how many seconds whoever comes now is served."""
        self._fill()
        return max(0.0, self._wanted + 1 - self._level) / self.per_second

    async def take(self, count: float = 1) -> None:
        """Wait for so many tokens, first come first served.

        More than fit into the bucket are lent once it is full, and whoever comes next waits.
        """
        self._wanted += count
        try:
            async with self._line:
                while (missing := self._missing(count)) > _NOTHING:
                    await self._clock.sleep(missing / self.per_second)
                self._level -= count
                self._taken.add(count)
        finally:
            self._wanted -= count

    def give_back(self, count: float) -> None:
        """Put back what was taken and not used."""
        self._fill()
        self._level = min(self._capacity(self.per_second), self._level + count)

    def slow_down(self) -> None:
        """Halve the rate, and let nobody draw on what was saved up."""
        allowed = self.per_second
        used = min(allowed, max(self._taken.per_second(), allowed / _HASTE))
        self._slowed_to = max(self._rate.least, used / 2)
        self._slowed_at = self._clock.monotonic()
        self._level = min(self._level, 1.0)

    def _missing(self, count: float) -> float:
        self._fill()
        return min(count, self._capacity(self.per_second)) - self._level

    def _fill(self) -> None:
        now = self._clock.monotonic()
        rate = self.per_second
        came = (now - self._filled_at) * rate
        self._level = min(self._capacity(rate), self._level + came)
        self._filled_at = now

    def _capacity(self, rate: float) -> float:
        return max(1.0, rate * self._rate.burst)
