"""How fast something comes, of late."""

from __future__ import annotations

from downloader.clock import Clock

_SPAN = 10.0  # seconds


class Meter:
    """Counts over the span that is running and the one before: cheap, however fast it comes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = self._span_began = clock.monotonic()
        self._before = self._now = 0.0

    def add(self, count: float = 1) -> None:
        self._turn_over()
        self._now += count

    def per_second(self) -> float:
        """Return the average of the last ten to twenty seconds."""
        now = self._turn_over()
        counted_since = max(self._began, self._span_began - _SPAN)
        # Whatever came at once is spread over a second, or the first would be infinitely fast.
        return (self._before + self._now) / max(1.0, now - counted_since)

    def _turn_over(self) -> float:
        now = self._clock.monotonic()
        if (passed := now - self._span_began) >= _SPAN:
            self._before = self._now if passed < 2 * _SPAN else 0.0
            self._now = 0.0
            self._span_began = now - passed % _SPAN
        return now
