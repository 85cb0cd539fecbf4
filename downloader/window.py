"""How much may be in flight between one account and one data centre, and whose turn it is.

Everything that one account fetches from one data centre shares one window, so that the number of
downloads decides nothing. It is spread over **lanes**, connections that carry their bytes side by
side. Each lane has the same share of the window. While somebody waits and answers come as quickly
as they ever did, the lanes have run dry: the share grows by a step for each round of answers. It
shrinks by a factor when Telegram asks for patience, when a lane breaks, or when answers queue up
for long (additive increase, multiplicative decrease).
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from downloader.clock import Clock
from downloader.parts import LARGEST_REQUEST, PART

_STEP = 64 << 10
_AFTER_FLOOD, _AFTER_LOSS, _AFTER_DELAY = 0.5, 0.75, 0.85
# How long the first byte of an answer takes, as factor of the quickest and seconds on top: up to
# the first, no other answer was before it, and the lane had nothing to do for a while; beyond the
# second, so much is before it that to ask for more only lengthens the queue.
_DRY, _CROWDED = (1.25, 0.02), (2.0, 1.0)
_QUICKEST_OF = 30.0  # seconds that the quickest answer is remembered
_TOGETHER = 1.0  # seconds within which floods are one flood
# Seconds until a lost lane is replaced, the first of several at once; and until one that did not
# come about is tried again.
_MOURNING = 60.0
_REFUSED = 600.0  # seconds until one more lane is tried than Telegram has taken
_SMALL_TRACK = 2 << 20
# Until its first answer has come, a document takes one request for each lane, then one more after
# a moment, and so on: others that begin with it find room as well, and the line is kept busy.
_AT_FIRST, _ROUND = 256 << 10, 0.02  # bytes for each request, seconds
# Each gets so many bytes before the next gets any: documents of one size shall not all end in the
# same moment, for then nobody would be left to ask for anything.
_HELPING = 2 << 20
# What there is to do is cut into so many requests for each lane: the last ones are small then, and
# all lanes end together.
_PIECES = 2
# A lane holds so many requests: while one comes, others are on their way, and none of them is so
# large that one lane would have much more to do than another.
_AT_ONCE = 4
_BATCH = 0.3  # seconds within which beginnings count as one
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class Limits:
    """How wide the window may get; bytes are for each lane.

    `lanes` to one data centre: Telegram's own desktop program opens eight. `share` is the start.
    """

    lanes: int = 8
    first_lanes: int = 2
    share: int = 2 << 20
    most: int = 4 << 20


class Load:
    """What one lane carries right now."""

    def __init__(self) -> None:
        self.in_flight = 0
        self.answers = 0


L = TypeVar("L", bound=Load)


@dataclass(slots=True, eq=False)
class Stream:
    """One document that is being fetched; `served` are the bytes it was given so far.

    It has settled when its first answer has come.
    """

    size: int
    served: float = 0
    open: int = 0
    number: int = field(default_factory=lambda: next(_numbers))
    rounds: int = 1
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def rank(self) -> tuple[float, int]:
        return self.served // _HELPING, self.number

    @property
    def smallest(self) -> int:
        """Small tracks are not cut into more than two requests, others not below one part."""
        if self.size > _SMALL_TRACK:
            return PART
        return max(PART, _power_above(-(-self.size // 2)))


@dataclass(slots=True, eq=False)
class Grant(Generic[L]):
    """Leave to have `limit` bytes in flight on a lane."""

    stream: Stream
    lane: L
    limit: int
    over: bool = False


@dataclass(slots=True, eq=False)
class _Waiting(Generic[L]):
    stream: Stream
    left: int
    granted: asyncio.Future[Grant[L]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Window(Generic[L]):
    """`pressed` is called when somebody waits and every lane is full."""

    def __init__(self, limits: Limits, clock: Clock, pressed: Callable[[], None]) -> None:
        self._limits = limits
        self._clock = clock
        self._pressed = pressed
        self._lanes: list[L] = []
        self._waiting: list[_Waiting[L]] = []
        self._share = float(limits.share)
        self._quickest = Quickest(clock)
        self._served = self._base_of_batch = 0.0
        self._batch_at = float("-inf")
        self._shrunk_at = self._flooded_at = float("-inf")
        self._lost: list[float] = []
        self._most_lanes = limits.lanes
        self._refused_at = self._failed_at = float("-inf")

    @property
    def lanes(self) -> int:
        return len(self._lanes)

    @property
    def share(self) -> int:
        """The bytes that may be in flight on each lane."""
        return int(self._share)

    @property
    def in_flight(self) -> int:
        return sum(lane.in_flight for lane in self._lanes)

    def may_grow(self) -> bool:
        """Tell whether one more lane is allowed, and the others have shown that they bring."""
        now = self._clock.monotonic()
        if now - self._failed_at < _MOURNING:
            return False
        self._lost = [at for at in self._lost if at > now - _MOURNING]
        most = self._most_lanes if now - self._refused_at < _REFUSED else self._limits.lanes
        if len(self._lanes) < min(self._limits.first_lanes, most):
            return True
        allowed = max(1, most - max(0, len(self._lost) - 1))
        return len(self._lanes) < allowed and all(lane.answers for lane in self._lanes)

    def add(self, lane: L) -> None:
        self._lanes.append(lane)
        self._serve()

    def remove(self, lane: L, *, broken: bool) -> None:
        """Take a lane out; what was in flight on it has to be asked for again."""
        if lane not in self._lanes:
            return
        self._lanes.remove(lane)
        if broken:
            self._lost.append(self._clock.monotonic())
            self._shrink(_AFTER_LOSS)
        if self._lanes:
            self._serve()
        else:
            self._release(ConnectionResetError())

    def allow(self, lanes: int) -> None:
        """Note that Telegram takes no more lanes than these for now."""
        self._most_lanes = max(1, min(self._limits.lanes, lanes))
        self._refused_at = self._clock.monotonic()

    def failed(self) -> None:
        """Note that one more lane did not come about, though nobody refused it."""
        self._failed_at = self._clock.monotonic()

    async def turn(self, stream: Stream, left: int) -> Grant[L]:
        """Wait for leave to ask for some of the `left` bytes of a document.

        Raises ConnectionResetError when there is no lane, or none any more.
        """
        if stream.open >= max(2, len(self._lanes) * stream.rounds):
            await _next_round(stream)
        if not self._lanes:
            raise ConnectionResetError
        waiting = _Waiting[L](stream, left)
        if not stream.open:
            stream.served = max(stream.served, self._base())
        self._waiting.append(waiting)
        try:
            self._serve()
            return await waiting.granted
        except asyncio.CancelledError:
            granted = waiting.granted
            if granted.done() and not granted.cancelled() and granted.exception() is None:
                self.give_back(granted.result())
            raise
        finally:
            if waiting in self._waiting:
                self._waiting.remove(waiting)

    def give_back(self, grant: Grant[L]) -> None:
        """Take the bytes out of flight, whether they have come or not."""
        if grant.over:
            return
        grant.over = True
        grant.stream.open -= 1
        grant.lane.in_flight -= grant.limit
        self._serve()

    def answered(self, grant: Grant[L], delay: float) -> None:
        """Learn from an answer, whose first byte came `delay` seconds after the question."""
        grant.lane.answers += 1
        grant.stream.settled.set()
        quickest = self._quickest.of(delay)
        if delay > _CROWDED[0] * quickest + _CROWDED[1]:
            if self._clock.monotonic() - self._shrunk_at > delay:
                self._shrink(_AFTER_DELAY)
        elif self._waiting and delay <= _DRY[0] * quickest + _DRY[1]:
            whole = max(1.0, self._share * len(self._lanes))
            self._share = min(self._limits.most, self._share + _STEP * grant.limit / whole)

    def flooded(self) -> None:
        """Halve the window, once for floods that come together."""
        now = self._clock.monotonic()
        if now - self._flooded_at > _TOGETHER:
            self._shrink(_AFTER_FLOOD)
        self._flooded_at = now

    def _base(self) -> float:
        """Return the bytes that a document is taken to have had before it began.

        Whoever comes gets no more than the others from now on. Those that come together count as
        one: however little earlier the first came, it does not run away from the rest.
        """
        now = self._clock.monotonic()
        if now - self._batch_at > _BATCH:
            self._batch_at, self._base_of_batch = now, self._served
        return self._base_of_batch

    def _release(self, error: Exception) -> None:
        """Let everybody who waits know that there is nothing to wait for."""
        for waiting in self._waiting:
            if not waiting.granted.done():
                waiting.granted.set_exception(error)

    def _shrink(self, factor: float) -> None:
        self._shrunk_at = self._clock.monotonic()
        self._share = max(PART, self._share * factor)

    def _serve(self) -> None:
        while waiting := self._next():
            lane = min(self._lanes, key=lambda one: one.in_flight, default=None)
            limit = self._limit(waiting)
            if lane is None or (lane.in_flight and lane.in_flight + limit > self._share):
                self._pressed()
                return
            self._waiting.remove(waiting)
            waiting.granted.set_result(self._grant(waiting.stream, lane, limit))

    def _next(self) -> _Waiting[L] | None:
        """Return who was served least so far, counted in helpings."""
        asking = (one for one in self._waiting if not one.granted.done())
        return min(asking, key=lambda one: one.stream.rank, default=None)

    def _grant(self, stream: Stream, lane: L, limit: int) -> Grant[L]:
        stream.served += limit
        self._served = max(self._served, stream.served)
        stream.open += 1
        lane.in_flight += limit
        return Grant(stream, lane, limit)

    def _limit(self, waiting: _Waiting[L]) -> int:
        """Ask for much at once while there is much to do, so that it costs few requests.

        Towards the end for less and less, so that all lanes end together.
        """
        to_do = sum(one.left for one in self._waiting)
        fair = _power_below(to_do // (_PIECES * max(1, len(self._lanes))))
        narrow = _power_below(self.share // _AT_ONCE)
        if not waiting.stream.settled.is_set():
            fair = min(fair, _AT_FIRST)
        limit = max(waiting.stream.smallest, min(fair, narrow))
        return min(limit, LARGEST_REQUEST, _power_above(waiting.left))


async def _next_round(stream: Stream) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_ROUND):
            await stream.settled.wait()
    stream.rounds += 1


class Quickest:
    """The shortest delay of late: of this span and the one before."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begun = clock.monotonic()
        self._now = self._before = float("inf")

    def of(self, delay: float) -> float:
        now = self._clock.monotonic()
        if now - self._begun > _QUICKEST_OF:
            self._begun, self._before, self._now = now, self._now, float("inf")
        self._now = min(self._now, delay)
        return min(self._now, self._before)


def _power_below(count: int) -> int:
    return 1 << max(count, 1).bit_length() - 1


def _power_above(count: int) -> int:
    return 1 << max(count - 1, 1).bit_length()
