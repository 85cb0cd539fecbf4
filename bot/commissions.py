"""Who waits for which conversion, in the order in which they asked. Pure."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from aiogram.types import Message

from bot.media import Spot
from downloader.conversion import Conversion
from storage.models import Track


@dataclass(slots=True, eq=False)
class Commission:
    """A conversion that a person waits for.

    The `note` tells of it: that `told` so many are before it, or of None at all as yet. `work` is
    under way.
    """

    track: Track
    conversion: Conversion
    person_id: int
    spot: Spot
    note: Message | None = None
    told: int | None = None
    work: asyncio.Task[None] | None = None
    is_cancelled: bool = False


@dataclass(slots=True)
class Queue:
    """Of each person one is worked on at a time, and `at_once` in all; each has at most `most`."""

    at_once: int
    most: int
    _all: list[Commission] = field(default_factory=list)
    _begun: set[Commission] = field(default_factory=set)

    @property
    def everyone(self) -> list[Commission]:
        return [*self._all]

    @property
    def waiting(self) -> list[Commission]:
        return [one for one in self._all if one not in self._begun]

    def has_room(self, person_id: int) -> bool:
        return sum(one.person_id == person_id for one in self._all) < self.most

    def holds(self, track: Track, conversion: Conversion, person_id: int) -> bool:
        """Tell whether the same is on its way, as where a thumb was impatient."""
        wanted = (track.id, conversion, person_id)
        return any((one.track.id, one.conversion, one.person_id) == wanted for one in self._all)

    def add(self, commission: Commission) -> None:
        self._all.append(commission)

    def begin(self) -> Commission | None:
        """Return the next one to be worked on, if one may be."""
        following = self._next()
        if following is None or following.note is None:
            return None
        self._begun.add(following)
        return following

    def end(self, commission: Commission) -> None:
        self._begun.discard(commission)
        if commission in self._all:
            self._all.remove(commission)

    def before(self, commission: Commission) -> int:
        """Return how many are before it; 0: it is, or can be, worked on."""
        if commission in self._begun or commission is self._next():
            return 0
        return self._all.index(commission)

    def noted(self, chat_id: int, message_id: int) -> Commission | None:
        """Return the one of which this message tells."""
        for one in self._all:
            if one.note and (one.note.chat.id, one.note.message_id) == (chat_id, message_id):
                return one
        return None

    def _next(self) -> Commission | None:
        if len(self._begun) >= self.at_once:
            return None
        served = {one.person_id for one in self._begun}
        return next((one for one in self.waiting if one.person_id not in served), None)
