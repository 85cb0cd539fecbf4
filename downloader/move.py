"""One document on its way: a window of parts in flight, each checked, written and committed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from downloader.clock import Clock
from downloader.errors import OfflineError, SourceDamagedError, ThrottledError
from downloader.outcomes import throttle
from downloader.parts import SMALLEST_PART, Layout, mark
from downloader.source import RemoteFile
from storage.errors import DiskFailure
from storage.models import Reason, Transfer
from storage.parts import PartFile
from storage.transfers import Transfers

log = structlog.get_logger(__name__)

_TOGETHER = 1.0

Arrived = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """How hard to pull.

    `window` parts are in flight at once. `answer_timeout` is for everything that is asked but
    parts; a long history is many answers. `patience` is the longest throttle that is waited out in
    place. What was not synced is fetched again after a crash: `sync_bytes` plus the window.

    `part_timeout` is the last resort. The parts in flight share a line, so that each may take long
    on a slow one without anything being wrong: whether the line is dead is for the source to
    judge, and it must get the time to do so.
    """

    window: int = 4
    part_timeout: timedelta = timedelta(minutes=11)
    answer_timeout: timedelta = timedelta(seconds=60)
    tries: int = 4
    sync_bytes: int = 4 << 20
    sync_after: timedelta = timedelta(seconds=1)
    patience: timedelta = timedelta(seconds=5)
    patient_waits: int = 10


class Move:
    """`row` tells what is on disk already; it is saved again only for bytes that are synced."""

    def __init__(
        self,
        remote: RemoteFile,
        part: PartFile,
        row: Transfer,
        rows: Transfers,
        clock: Clock,
        pace: Pace,
        arrived: Arrived,
    ) -> None:
        self._remote = remote
        self._part = part
        self._row = row
        self._rows = rows
        self._clock = clock
        self._pace = pace
        self._arrived = arrived
        self._layout = Layout(row.size, row.part_size)
        self._missing = self._layout.missing(row.done)
        self._bytes_done = self._layout.bytes_done(row.done)
        self._written = bytearray(row.done)
        self._unsynced = 0
        self._synced_at = clock.monotonic()
        self.is_spoiled = False
        self._committing = asyncio.Lock()
        self._pullers = 0
        self._width = pace.window
        self._narrowed_at: float | None = None

    async def finish(self) -> None:
        """Bring every missing part; what has come is committed however this ends."""
        cancelled_before = _times_cancelled()
        try:
            async with asyncio.TaskGroup() as group:
                pullers = [group.create_task(self._pull()) for _ in range(self._pace.window)]
                # Waiting in here and not in the group's exit: there, Python 3.11 leaves this task
                # marked as cancelled when a puller fails (python/cpython#117407).
                await asyncio.wait(pullers)
        except BaseExceptionGroup as errors:
            if _times_cancelled() > cancelled_before:
                raise asyncio.CancelledError from errors
            raise _first(errors) from errors
        finally:
            await self._commit()

    async def _pull(self) -> None:
        self._pullers += 1
        for number in self._missing:
            data = await self._whole(number)
            await self._write(number, data)
            self._arrived(self._bytes_done)
            if self._is_due() and not self._committing.locked():
                await self._commit()
            if self._pullers > self._width:
                break
        self._pullers -= 1

    async def _write(self, number: int, data: bytes) -> None:
        try:
            await self._part.write(self._layout.offset(number), data)
        except DiskFailure:
            self.is_spoiled = True
            raise
        mark(self._written, number)
        self._unsynced += len(data)
        self._bytes_done += len(data)

    def _is_due(self) -> bool:
        waited = self._clock.monotonic() - self._synced_at
        return (
            self._unsynced >= self._pace.sync_bytes
            or waited >= self._pace.sync_after.total_seconds()
        )

    async def _commit(self) -> None:
        """Sync, and only then claim; after a failed write or sync nothing is claimed any more."""
        async with self._committing:
            claims = bytes(self._written)
            if self.is_spoiled or claims == self._row.done:
                return
            self._unsynced = 0
            self._synced_at = self._clock.monotonic()
            try:
                await self._part.sync()
            except DiskFailure:
                self.is_spoiled = True
                raise
            row = Transfer(self._row.document_id, self._row.size, self._row.part_size, claims)
            await self._rows.save(row)
            # Only now: cancelled before, the last commit must make up for this one.
            self._row = row

    async def _whole(self, number: int) -> bytes:
        """Return exactly the bytes of one part.

        A line too slow for a whole part within the time-out is asked for less at a time, so that
        a drip goes on. Wrong lengths are asked for again. Without any advance it ends.
        """
        start, length = self._layout.offset(number), self._layout.length(number)
        pieces: list[bytes] = []
        got = failures = 0
        step = self._layout.part_size
        while got < length:
            try:
                piece = await self._piece(start + got, step, min(step, length - got))
            except (SlowError, SourceDamagedError) as error:
                failures += 1
                if failures >= self._pace.tries:
                    raise
                log.info("part is asked for again", part=number, error=str(error))
                if isinstance(error, SlowError):
                    step = max(SMALLEST_PART, step // 8)
                continue
            pieces.append(piece)
            got += len(piece)
            failures = 0
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def _piece(self, offset: int, limit: int, expected: int) -> bytes:
        data = await self._answer(offset, limit)
        if len(data) < expected:
            detail = f"{offset + len(data)} of {self._row.size}"
            raise SourceDamagedError(Reason.INCOMPLETE_AT_SOURCE, detail)
        if len(data) > expected:
            detail = f"{len(data)} bytes at {offset}, not {expected}"
            raise SourceDamagedError(Reason.DAMAGED_AT_SOURCE, detail)
        return data

    async def _answer(self, offset: int, limit: int) -> bytes:
        """Ask once; short throttles are sat out here, since the next part would meet them too."""
        waits = 0
        while True:
            try:
                return await self._asked(offset, limit)
            except ThrottledError as error:
                waits += 1
                if error.wait > self._pace.patience or waits > self._pace.patient_waits:
                    raise
                pause = throttle(error.wait, seed=offset // SMALLEST_PART)
                if error.premium:
                    self._narrow()
            await self._clock.sleep(pause.total_seconds())

    def _narrow(self) -> None:
        """Halve the window for the rest of this document, once for throttles that come together."""
        now = self._clock.monotonic()
        if self._narrowed_at is None or now - self._narrowed_at > _TOGETHER:
            self._narrowed_at = now
            self._width = max(1, self._width // 2)

    async def _asked(self, offset: int, limit: int) -> bytes:
        try:
            async with asyncio.timeout(self._pace.part_timeout.total_seconds()):
                return await self._remote.part(offset, limit)
        except TimeoutError as error:
            raise SlowError from error


class SlowError(OfflineError):
    """A part did not come in time."""

    def __init__(self) -> None:
        super().__init__("no answer in time")


def _times_cancelled() -> int:
    task = asyncio.current_task()
    return task.cancelling() if task is not None else 0


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
