"""The natural rate limits, when a test asks for them.

The numbers are the documented ones (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits),
the shape is a guess: real limits are kept secret and allow short bursts.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil

from sandbox.botapi.errors import too_many


@dataclass(frozen=True, slots=True)
class Limit:
    count: int
    span: timedelta


IN_A_CHAT = Limit(3, timedelta(seconds=3))  # one a second, with a burst
IN_A_GROUP = Limit(20, timedelta(minutes=1))
IN_ALL = Limit(30, timedelta(seconds=1))


@dataclass(slots=True)
class Rates:
    """Who sent when, for one bot. A refused call does not count."""

    _sent: dict[int, deque[datetime]] = field(default_factory=dict)
    _all: deque[datetime] = field(default_factory=deque)

    def count(self, chat_id: int, now: datetime) -> None:
        sent = self._sent.setdefault(chat_id, deque())
        rules = [(IN_ALL, self._all), (IN_A_CHAT, sent)]
        if chat_id < 0:
            rules.append((IN_A_GROUP, sent))
        for limit, times in rules:
            _check(limit, times, now)
        sent.append(now)
        self._all.append(now)


def _check(limit: Limit, times: deque[datetime], now: datetime) -> None:
    recent = [at for at in times if now - at < limit.span]
    if len(recent) >= limit.count:
        wait = recent[-limit.count] + limit.span - now
        raise too_many(max(1, ceil(wait.total_seconds())))
