"""Keeps answers that are asked for again and again, for a while.

The interface is what Redis offers too: texts by a key, each with an end. It is asked from threads,
where the answers are made: an answer that is kept costs no trip more than one that is not.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol


@dataclass(slots=True)
class Use:
    """How often an answer was there, and how often not."""

    hits: int = 0
    misses: int = 0


class Cache(Protocol):
    @property
    def use(self) -> Use: ...

    def get(self, key: str, now: datetime) -> str | None: ...

    def put(self, key: str, value: str, now: datetime, lasts: timedelta) -> None: ...


class MemoryCache:
    """Forgets what was not asked for longest when there are more than `most`."""

    def __init__(self, most: int = 512) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[str, datetime]] = OrderedDict()
        self._using = Lock()
        self.use = Use()

    def get(self, key: str, now: datetime) -> str | None:
        with self._using:
            value, until = self._kept.get(key, ("", now))
            if until <= now:
                self._kept.pop(key, None)
                self.use.misses += 1
                return None
            self._kept.move_to_end(key)
            self.use.hits += 1
            return value

    def put(self, key: str, value: str, now: datetime, lasts: timedelta) -> None:
        with self._using:
            self._kept[key] = (value, now + lasts)
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
