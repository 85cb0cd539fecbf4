"""Makes one request of forwards that arrive together: an album comes as one message per track."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.commands import Asked
from downloader.clock import Clock
from storage.handling import Handling, current
from storage.models import Origin, Request

# What was forwarded at one stroke arrives at one stroke, and a slow machine under load needs a
# moment to take it all in. Nobody notices this wait.
_PAUSE = 0.3


@dataclass(slots=True)
class _Gathered:
    """Forwards from one chat, and the updates that brought all but the first of them."""

    ids: set[int]
    others: list[Handling] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Gathering:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[tuple[Origin, str], _Gathered] = {}

    @asynccontextmanager
    async def whole(self, asked: Asked, origin: Origin) -> AsyncIterator[Asked | None]:
        """Give what all forwards from one chat ask for together; None to all but the first.

        What is stored for it is stored for all of them, and the others wait until that is over:
        until then they are known nowhere else.
        """
        [request] = asked.requests
        key = origin, request.chat
        if there := self._waiting.get(key):
            there.ids.update(request.message_ids)
            there.others += [handling] if (handling := current()) else []
            await there.over.wait()
            yield None
            return
        gathered = self._waiting[key] = _Gathered(set(request.message_ids))
        try:
            await self._gather(key)
            ids = tuple(sorted(gathered.ids))
            yield Asked((Request(request.chat, len(ids), message_ids=ids),))
        finally:
            gathered.over.set()

    async def _gather(self, key: tuple[Origin, str]) -> None:
        try:
            await self._clock.sleep(_PAUSE)
        finally:
            gathered = self._waiting.pop(key)
        if handling := current():
            handling.together += gathered.others
