"""Time, so that tests can own it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """`now` is UTC, `monotonic` counts seconds and never jumps.

    `wall` is what clocks on the wall show, by which hours are kept and dates are written down. It
    may be put forward or back while we wait for something; None: nobody does so, and it is `now`.
    """

    now: Callable[[], datetime] = _utc_now
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    wall: Callable[[], datetime] | None = None

    def on_the_wall(self) -> datetime:
        return (self.wall or self.now)()


def steady_clock(
    wall: Callable[[], datetime] = _utc_now,
    seconds: Callable[[], float] | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Clock:
    """Return a clock by which every wait lasts as long as it was meant to.

    It begins with the time on the wall, and then counts seconds: those that the machine sleeps
    too, where the system tells of them.
    """
    count = seconds or _seconds
    begun, start = count(), wall()
    return Clock(
        now=lambda: start + timedelta(seconds=count() - begun),
        monotonic=seconds or time.monotonic,
        sleep=sleep,
        wall=wall,
    )


def _seconds() -> float:
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
