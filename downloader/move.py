"""One document on its way: parts are asked for in turn, checked, written and committed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from downloader.backlog import Backlog
from downloader.clock import Clock
from downloader.errors import (
    AccountLostError,
    AskAgainError,
    DownloaderError,
    OfflineError,
    SourceDamagedError,
    ThrottledError,
)
from downloader.parts import Layout, Run, Wanted, has, mark, run_of, unmark
from downloader.proof import Proof
from downloader.source import Bytes, RemoteFile, Turn
from storage.errors import DiskFailure
from storage.models import Reason, Transfer
from storage.parts import PartFile
from storage.transfers import Transfers
from storage.unbroken import unbroken

log = structlog.get_logger(__name__)

# Whether and when to go on after these is decided where turns are given.
_DECIDED_AT_THE_NEXT_TURN = (AskAgainError, ThrottledError, AccountLostError)

Arrived = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait, and how often to commit.

    `answer_timeout` is for everything that is asked but parts; a long history is many answers.
    What was not synced is fetched again after a crash: `sync_bytes` plus what was in flight.

    `part_timeout` is the last resort. The parts in flight share a line, so that each may take long
    on a slow one without anything being wrong: whether the line is dead is for the source to
    judge, and it must get the time to do so. At 1 KiB/s, 4 MiB are on their way for 68 minutes.
    """

    part_timeout: timedelta = timedelta(minutes=75)
    answer_timeout: timedelta = timedelta(seconds=60)
    tries: int = 4
    sync_bytes: int = 4 << 20
    sync_after: timedelta = timedelta(seconds=1)


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
        backlog: Backlog,
        arrived: Arrived,
        *,
        proof: Proof | None = None,
    ) -> None:
        self._remote = remote
        self._part = part
        self._row = row
        self._rows = rows
        self._clock = clock
        self._pace = pace
        self._backlog = backlog
        self._arrived = arrived
        self._proof = proof
        self._is_proving = proof is not None
        self._layout = Layout(row.size, row.part_size)
        self._wanted = Wanted(self._layout, row.done)
        self._in_flight = 0
        self._landed = asyncio.Event()
        self._failures: Counter[int] = Counter()
        self._bytes_done = self._layout.bytes_done(row.done)
        self._written = bytearray(row.done)
        self._unsynced = 0
        self._synced_at = clock.monotonic()
        self.is_spoiled = False
        self._committing = asyncio.Lock()

    async def finish(self) -> None:
        """Bring every missing part, and what is proven to be wrong once more.

        What has come is committed however this ends.
        """
        cancelled_before = _times_cancelled()
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self._ask_for_all(group)),
                    group.create_task(self._prove()),
                ]
                # Waiting in here and not in the group's exit: there, Python 3.11 leaves this task
                # marked as cancelled when one of them fails (python/cpython#117407).
                await asyncio.wait(tasks)
        except BaseExceptionGroup as errors:
            if _times_cancelled() > cancelled_before:
                raise asyncio.CancelledError from errors
            raise _first(errors) from errors
        finally:
            await self._commit()

    def has(self, start: int, end: int) -> bool:
        return all(has(self._written, number) for number in self._layout.touching(start, end))

    def take_back(self, start: int, end: int) -> None:
        for number in self._layout.touching(start, end):
            if has(self._written, number):
                unmark(self._written, number)
                self._bytes_done -= self._layout.length(number)
                self._wanted.put_back(run_of(self._layout, number))
        self._landed.set()

    async def _prove(self) -> None:
        if self._proof is not None:
            await self._proof.run(self)
        self._is_proving = False
        self._landed.set()

    async def _ask_for_all(self, group: asyncio.TaskGroup) -> None:
        while self._wanted.left or self._in_flight or self._is_proving:
            self._landed.clear()
            if not self._wanted.left:
                await self._landed.wait()
                continue
            turn = await self._next_turn()
            if _times_cancelled():
                # A library below took our cancellation for its own; the group is closing.
                turn.give_back()
                raise asyncio.CancelledError
            # Turns are waited for long: the disk may have fallen behind meanwhile.
            run = None if self._backlog.is_full else self._wanted.take(turn.limit)
            if run is None:
                turn.give_back()
                continue
            self._in_flight += 1
            bringing = group.create_task(self._bring(turn, run))
            # Not inside: a task that is cancelled before its first step never gets there.
            bringing.add_done_callback(partial(self._over, turn))

    async def _next_turn(self) -> Turn:
        await self._backlog.low()
        try:
            return await self._remote.turn(self._wanted.left)
        except DownloaderError:
            # What is on its way already need not be fetched again later.
            while self._in_flight:
                self._landed.clear()
                await self._landed.wait()
            raise

    def _over(self, turn: Turn, _: asyncio.Task[None]) -> None:
        turn.give_back()
        self._in_flight -= 1
        self._landed.set()

    async def _bring(self, turn: Turn, run: Run) -> None:
        try:
            data = await self._answer(turn, run)
        except _DECIDED_AT_THE_NEXT_TURN as error:
            log.debug("part is asked for again", offset=run.offset, error=str(error))
            self._wanted.put_back(run)
            return
        except (OfflineError, SourceDamagedError) as error:
            self._failures[run.first] += 1
            if self._failures[run.first] >= self._pace.tries:
                raise
            log.info("part is asked for again", offset=run.offset, error=str(error))
            self._wanted.put_back(run)
            return
        self._failures.pop(run.first, None)
        turn.give_back()  # the line shall not be idle while the disk is busy
        with self._backlog.holding(len(data)):
            await unbroken(self._write(run, data))  # what has come shall not have to come again
        if self._is_due() and not self._committing.locked():
            await self._commit()

    async def _answer(self, turn: Turn, run: Run) -> Bytes:
        """Return exactly the bytes of the run."""
        try:
            async with asyncio.timeout(self._pace.part_timeout.total_seconds()):
                data = await turn.part(run.offset, run.limit)
        except TimeoutError as error:
            raise OfflineError("no answer in time") from error
        if len(data) < run.length:
            detail = f"{run.offset + len(data)} of {self._row.size}"
            raise SourceDamagedError(Reason.INCOMPLETE_AT_SOURCE, detail)
        if len(data) > run.length:
            detail = f"{len(data)} bytes at {run.offset}, not {run.length}"
            raise SourceDamagedError(Reason.DAMAGED_AT_SOURCE, detail)
        return data

    async def _write(self, run: Run, data: Bytes) -> None:
        try:
            await self._part.write(run.offset, data)
        except DiskFailure:
            self.is_spoiled = True
            raise
        for number in run.parts(self._layout):
            mark(self._written, number)
        self._unsynced += len(data)
        self._bytes_done += len(data)
        self._arrived(self._bytes_done)
        if self._proof is not None:
            self._proof.wrote()

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


def _times_cancelled() -> int:
    task = asyncio.current_task()
    return task.cancelling() if task is not None else 0


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
