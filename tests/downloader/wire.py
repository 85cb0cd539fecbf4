"""A window over imitated lanes: what is asked for is granted, and answered when a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from downloader.window import Grant, Limits, Load, Stream, Window
from tests.downloader.scripted import OwnedTime

RTT = 0.08


@dataclass
class Wire:
    """Some documents that are fetched over a window; each answer comes when it is told to."""

    limits: Limits = field(default_factory=Limits)
    lanes: int = 4
    time: OwnedTime = field(default_factory=OwnedTime)
    pressed: int = 0
    grants: list[Grant[Load]] = field(default_factory=list)
    given: dict[Stream, int] = field(default_factory=dict)
    ended: list[Stream] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.window: Window[Load] = Window(self.limits, self.time.clock, self._press)
        for _ in range(self.lanes):
            self.window.add(Load())

    def _press(self) -> None:
        self.pressed += 1

    async def fetch(self, size: int) -> None:
        """Ask for all of a document, as a move does."""
        stream, left = Stream(size), size
        self.given[stream] = 0
        while left > 0:
            grant = await self.window.turn(stream, left)
            left -= grant.limit
            self.given[stream] += grant.limit
            self.grants.append(grant)
        self.ended.append(stream)

    def answer(self, index: int = 0, delay: float = RTT) -> Grant[Load]:
        """Let the answer of a grant come."""
        grant = self.grants.pop(index)
        self.window.answered(grant, delay)
        self.window.give_back(grant)
        return grant

    async def answer_all(self, choose: Callable[[int], int] = lambda _: 0) -> None:
        """Let answers come until nobody asks any more."""
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(0)
            quiet = 0 if self.grants else quiet + 1
            if self.grants:
                self.answer(choose(len(self.grants)))
