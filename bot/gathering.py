"""Makes one request of forwards that arrive together: an album comes as one message per track."""

from __future__ import annotations

from bot.commands import Asked
from downloader.clock import Clock
from storage.models import Origin, Request

# What was forwarded at one stroke arrives at one stroke, and a slow machine under load needs a
# moment to take it all in. Nobody notices this wait.
_PAUSE = 0.3


class Gathering:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[tuple[Origin, str], set[int]] = {}

    async def whole(self, asked: Asked, origin: Origin) -> Asked | None:
        """Return what all forwards from one chat ask for together; None to all but the first."""
        [request] = asked.requests
        key = origin, request.chat
        if key in self._waiting:
            self._waiting[key].update(request.message_ids)
            return None
        self._waiting[key] = set(request.message_ids)
        try:
            await self._clock.sleep(_PAUSE)
        finally:
            ids = tuple(sorted(self._waiting.pop(key)))
        return Asked((Request(request.chat, len(ids), message_ids=ids),))
