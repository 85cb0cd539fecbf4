"""Shows at the console the code by which somebody becomes the owner, and takes it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot import deeplinks
from downloader.clock import Clock
from downloader.supervision import until_done
from storage.models import Person, Role
from storage.ownership import DELAY, LIFE, Claimed, NewCode
from storage.store import Store

log = structlog.get_logger(__name__)


class Claiming:
    """With an `owner_id` in the settings there is nothing to claim."""

    def __init__(
        self, store: Store, clock: Clock, owner_id: int | None, say: Callable[[str], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._owner_id = owner_id
        self._say = say  # to the console, and to no log
        self._used_up = asyncio.Event()

    async def owner_id(self) -> int | None:
        if self._owner_id is not None:
            return self._owner_id
        owner = await self._store.people.owner()
        return owner.id if owner else None

    async def claim(self, code: str, person: Person) -> bool:
        if self._owner_id is not None:
            return False
        owner = Person(person.id, person.name, Role.OWNER)
        moments = self._clock.on_the_wall(), self._clock.now()
        claimed = await self._store.ownership.claim(code, owner, *moments)
        log.info("claim tried", by=person.id, came=claimed.name)
        if claimed is Claimed.USED_UP:
            self._used_up.set()
        return claimed is Claimed.YES

    async def run(self, username: str) -> None:
        """As long as there is no owner, show a code, and another one after too many tries."""
        if self._owner_id is not None:
            return
        ask = True

        async def show() -> None:
            if ask and await self.owner_id() is None:
                code = await self._store.ownership.new_code(self._clock.on_the_wall())
                for line in lines(code, username, self._clock.on_the_wall()):
                    self._say(line)

        while True:
            await until_done(show, self._clock, asyncio.Event())
            await self._used_up.wait()
            self._used_up.clear()
            closed = await self._store.ownership.closed_until()
            ask = closed is not None
            if closed is not None:
                self._say(closed_line(closed))
                left = closed - self._clock.on_the_wall()
                await self._clock.sleep(min(max(left, timedelta()), DELAY).total_seconds())


def closed_line(until: datetime) -> str:
    """Say why the code that was shown last opens nothing any more."""
    return (
        f"Too many wrong codes came, so that one does not count any more. Another one follows at "
        f"{until:%H:%M} UTC."
    )


def lines(code: NewCode, username: str | None, now: datetime) -> list[str]:
    """Say how a code is used. It is shown this once."""
    payload = deeplinks.claim(code.code)
    told = ["Whoever opens this link in Telegram becomes the owner of the bot:"]
    if username:
        told += [f"  {deeplinks.url(username, payload)}", "or sends it this message:"]
    else:
        told = ["Whoever sends the bot this message becomes its owner:"]
    told += [f"  /start {payload}"]
    minutes = int(LIFE.total_seconds() // 60)
    begins = "" if code.valid_from <= now else f" from {code.valid_from:%H:%M} UTC on"
    return [
        *told,
        f"It works once, for {minutes} minutes{begins}. `tad claim` makes another one.",
    ]
