"""Makes backups beside everything else: when it is time to, and when somebody wants one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from downloader.clock import Clock
from downloader.events import BackupFailed, Broadcast
from downloader.schedule import Schedule
from downloader.supervision import keep_going
from storage.backups import Backup, Backups
from storage.errors import InUseError, StorageError

log = structlog.get_logger(__name__)

_LOOK_AGAIN = timedelta(minutes=5)  # a machine may sleep meanwhile, and its timers with it
_TROUBLED = timedelta(hours=1)


class Backing:
    """Without a `schedule` only what is wanted is made. `program` is the version of ours.

    `enter` notes that one was made.
    """

    def __init__(
        self,
        backups: Backups,
        clock: Clock,
        events: Broadcast,
        program: str,
        schedule: Schedule | None = None,
        zone: ZoneInfo | None = None,
        *,
        enter: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.backups = backups
        self._clock = clock
        self._events = events
        self._program = program
        self._schedule = schedule
        self._zone = zone
        self._enter = enter
        self._started = clock.on_the_wall()
        self._not_before = self._started
        self._is_troubled = False
        self._making = asyncio.Lock()

    async def make(self) -> Backup:
        """Make one now; nothing old goes for it. Raises `StorageError`."""
        async with self._making:
            backup = await self.backups.make(self._clock.on_the_wall(), self._program)
        await self._note()
        return backup

    async def run(self) -> None:
        """Make them when it is time to, until cancelled."""
        if self._schedule is None:
            return
        closing = asyncio.Event()
        try:
            await keep_going(self.step, self._clock, closing)
        finally:
            closing.set()

    async def step(self) -> None:
        """Make one if it is time to, else wait a while."""
        assert self._schedule is not None, "see `run`"
        now = self._clock.on_the_wall()
        due = max(await self._due(self._schedule, now), self._not_before)
        if due > now:
            await self._clock.sleep(min(due - now, _LOOK_AGAIN).total_seconds())
            return
        try:
            await self.make()
            # Only now: what is old is all there is until the new one was read back.
            await self.backups.prune(self._schedule.keep)
        except InUseError:
            await self._clock.sleep(_LOOK_AGAIN.total_seconds())  # from the console, it seems
        except StorageError as error:
            self._fail(error, now)
        else:
            self._is_troubled = False
            # Whatever the clock or the folder says, they never come one upon another.
            self._not_before = now + _LOOK_AGAIN

    async def _due(self, schedule: Schedule, now: datetime) -> datetime:
        try:
            every = await self.backups.every()
        except StorageError as error:
            log.warning("backups cannot be listed", error=str(error))
            every = []  # making one tells why
        newest = every[0].made_at if every else None
        return schedule.due(newest, now, self._started, self._zone)

    async def _note(self) -> None:
        if self._enter is None:
            return
        try:
            await self._enter()
        except StorageError as error:  # the backup is there all the same
            log.warning("backup not entered in the journal", error=str(error))

    def _fail(self, error: StorageError, now: datetime) -> None:
        """Try again in a while; tell of it once."""
        log.error("no backup made", error=f"{type(error).__name__}: {error}")
        self._not_before = now + _TROUBLED
        if not self._is_troubled:
            self._events.publish(BackupFailed(error))
        self._is_troubled = True
