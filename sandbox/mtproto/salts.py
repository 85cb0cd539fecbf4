"""Server salts of one authorization key: the one in force and those announced."""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

ANNOUNCED = 64  # as many as the real server gives at most
LIFETIME = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Salt:
    value: int
    since: datetime
    until: datetime


class Salts:
    """Salts follow one another only when told to: a test decides when a salt expires."""

    def __init__(self) -> None:
        self._values = deque(random_long() for _ in range(ANNOUNCED))

    @property
    def current(self) -> int:
        return self._values[0]

    def rotate(self) -> None:
        """Put the next announced salt into force; the old one is refused at once."""
        self._values.popleft()
        self._values.append(random_long())

    def announced(self, count: int, now: datetime) -> list[Salt]:
        """Return the current salt and those after it, with the times they are meant for."""
        shown = list(self._values)[: max(1, min(count, ANNOUNCED))]
        return [
            Salt(value, now + place * LIFETIME, now + (place + 1) * LIFETIME)
            for place, value in enumerate(shown)
        ]


def random_long() -> int:
    return int.from_bytes(os.urandom(8), "little", signed=True)
