"""The updates that wait for one bot, and who may take them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.botapi.errors import conflict
from sandbox.botapi.formatted import Json

KEPT_FOR = timedelta(hours=24)
ONLY_IF_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True, eq=False)
class Poll:
    """One getUpdates that waits; `ended_by` names the request that put an end to it."""

    woken: asyncio.Event = field(default_factory=asyncio.Event)
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class Webhook:
    url: str
    secret: str
    max_connections: int


@dataclass(slots=True, eq=False)
class Mailbox:
    """Updates in order. `allowed` is kept from call to call, as the real server keeps it."""

    updates: list[tuple[datetime, Json]] = field(default_factory=list)
    allowed: frozenset[str] = frozenset()
    webhook: Webhook | None = None
    trouble: tuple[datetime, str] | None = None  # the webhook's last error
    posted: asyncio.Event = field(default_factory=asyncio.Event)
    polled: asyncio.Event = field(default_factory=asyncio.Event)  # set while somebody waits
    _last: int = 0  # the number of an update
    _poll: Poll | None = None
    _closed: bool = False

    def push(self, kind: str, subject: Json, now: datetime) -> None:
        """Add an update, unless the bot asked not to get its kind."""
        wanted = kind in self.allowed if self.allowed else kind not in ONLY_IF_ASKED
        if not wanted:
            return
        self.updates = [(at, update) for at, update in self.updates if now - at < KEPT_FOR]
        self._last = self._last + 1 if self._last else _first(now)
        self.updates.append((now, {"update_id": self._last, kind: subject}))
        self.wake()

    def wake(self) -> None:
        self.posted.set()
        if self._poll:
            self._poll.woken.set()

    def allow(self, kinds: Collection[str]) -> None:
        self.allowed = frozenset(kinds)

    def drop(self) -> None:
        self.updates.clear()

    def confirm(self, offset: int) -> None:
        """Forget what is before `offset`; a negative one keeps so many of the newest."""
        if offset < 0:
            self.updates = self.updates[offset:]
        else:
            self.updates = [kept for kept in self.updates if kept[1]["update_id"] >= offset]

    def end_poll(self, by: str) -> None:
        if self._poll:
            self._poll.ended_by = by
            self._poll.woken.set()

    def close(self) -> None:
        """Let waiting polls go with nothing."""
        self._closed = True
        self.wake()

    async def take(self, limit: int, patience: timedelta) -> list[Json]:
        """Wait for updates. A newer call wins, and this one ends with a conflict."""
        self.end_poll("getUpdates")
        self._poll = poll = Poll()
        self.polled.set()
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(patience.total_seconds()):
                    await self._arrival(poll)
        finally:
            if self._poll is poll:
                self._poll = None
                self.polled.clear()
        if poll.ended_by:
            only = "; make sure that only one bot instance is running"
            hint = only if poll.ended_by == "getUpdates" else ""
            raise conflict(f"terminated by {'other ' if hint else ''}{poll.ended_by} request{hint}")
        return [update for _, update in self.updates[:limit]]

    async def _arrival(self, poll: Poll) -> None:
        while not (self.updates or poll.ended_by or self._closed):
            poll.woken.clear()
            await poll.woken.wait()


def _first(now: datetime) -> int:
    """Return where numbers begin: higher in each later life, for a bot knows those of before."""
    return 100_000_001 + int(now.timestamp() * 1000) % 2_000_000_000
