"""Lets each person do only so much in a while: what is too much costs next to nothing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second, and after a pause `burst` at once."""

    per_second: float
    burst: int


class Throttle:
    """A bucket of tokens for each number; of whom it has forgotten, the bucket is full."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._levels: OrderedDict[int, tuple[float, float]] = OrderedDict()

    def wait(self, key: int, rate: Rate) -> float:
        """Take a token and return 0, or return in how many seconds there is one."""
        now = self._monotonic()
        level, at = self._levels.pop(key, (float(rate.burst), now))
        level = min(float(rate.burst), level + (now - at) * rate.per_second)
        is_there = level >= 1
        self._levels[key] = (level - 1 if is_there else level, now)
        if len(self._levels) > _REMEMBERED:
            self._levels.popitem(last=False)
        return 0.0 if is_there else (1 - level) / rate.per_second
