"""Compares what is on disk of a document with the hashes that Telegram tells, as it arrives.

The bytes are read back from the file, so that what is proven is what will be published. A **piece**
is what one hash speaks for, 128 KiB; nothing here relies on that.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

import structlog

from downloader.bell import Bell
from downloader.clock import Clock
from downloader.errors import (
    AccountLostError,
    ChatUnavailableError,
    DownloaderError,
    OfflineError,
    PostingGoneError,
    RefusedError,
    ServerTroubleError,
    SourceDamagedError,
    ThrottledError,
)
from downloader.parts import PART, Layout
from downloader.pieces import MIB, differing, end_of, following, handfuls
from downloader.source import PieceHash, RemoteFile
from storage.models import Reason, Transfer
from storage.parts import PartFile

log = structlog.get_logger(__name__)

TRIES = 3
# So many questions are out at once: about as many as parts are in flight, so that the answers
# come as fast as the bytes.
_TOGETHER = 16
_FARTHEST = 64 * MIB
_PATIENT_WAITS = 10
_SERVER_TRIES = 4
# These pass; the bytes need not wait for it.
_LATER = (OfflineError, ThrottledError, AccountLostError)
# With these Telegram says that it tells no hashes. That makes no byte wrong.
_NEVER = (RefusedError, PostingGoneError, ChatUnavailableError, ServerTroubleError)


class CheckBytes(StrEnum):
    """Which documents are compared with Telegram's hashes."""

    ALL = "all"
    RISKY = "risky"  # all but those that come whole in one answer
    OFF = "off"

    def covers(self, size: int, *, is_resumed: bool) -> bool:
        return self is CheckBytes.ALL or (self is CheckBytes.RISKY and (is_resumed or size > PART))


class Here(Protocol):
    """The bytes that have come."""

    def has(self, start: int, end: int) -> bool: ...

    def take_back(self, start: int, end: int) -> None:
        """Fetch these bytes again."""
        ...


@dataclass(slots=True)
class Reach:
    """How many bytes an answer speaks for, learned from the last; it is not documented."""

    size: int = MIB


class Proof:
    """`proven` are the numbers of the MiBs that need no further look; it grows."""

    def __init__(
        self,
        remote: RemoteFile,
        part: PartFile,
        clock: Clock,
        reach: Reach,
        proven: set[int],
    ) -> None:
        self._remote = remote
        self._part = part
        self._clock = clock
        self._reach = reach
        self.proven = proven
        self._size = remote.size
        self._open = [n for n in range(-(-remote.size // MIB)) if n not in proven]
        self._open.reverse()
        self._written = Bell()
        self._wrong: Counter[int] = Counter()
        self._never: DownloaderError | None = None
        self._untold = 0

    def wrote(self) -> None:
        """Look whether more can be compared."""
        self._written.ring()

    async def run(self, here: Here) -> None:
        """Return when no byte differs. What Telegram tells no hash of is believed, and logged.

        Raises SourceDamagedError when a piece is wrong three times.
        """
        async with asyncio.TaskGroup() as group:
            for _ in range(min(_TOGETHER, len(self._open))):
                group.create_task(self._work(here))
        if self._untold:
            log.warning("some bytes could not be compared", size=self._untold, why=str(self._never))

    async def _work(self, here: Here) -> None:
        while self._open:
            numbers = [self._open.pop()]
            while self._open and self._open[-1] == numbers[-1] + 1 and len(numbers) < self._most():
                numbers.append(self._open.pop())
            await self._prove(here, numbers[0] * MIB, min(self._size, (numbers[-1] + 1) * MIB))
            self.proven.update(numbers)

    def _most(self) -> int:
        return self._reach.size // MIB

    async def _prove(self, here: Here, start: int, end: int) -> None:
        at = start
        while at < end:
            pieces = following(await self._told(here, at), at, end, self._size)
            if not pieces:
                self._untold += end - at
                return
            wrong = await self._differing(here, pieces)
            if not wrong:
                at = end_of(pieces[-1])
            for piece in wrong:
                self._blame(piece)
                here.take_back(piece.offset, end_of(piece))

    async def _differing(self, here: Here, pieces: Sequence[PieceHash]) -> list[PieceHash]:
        wrong: list[PieceHash] = []
        for some in handfuls(pieces):
            await self._arrival(here, some[0].offset, end_of(some[-1]))
            digests = await self._part.digests([(one.offset, one.size) for one in some])
            wrong += differing(some, digests)
        return wrong

    def _blame(self, piece: PieceHash) -> None:
        self._wrong[piece.offset] += 1
        log.warning("bytes are not those Telegram has", offset=piece.offset, size=piece.size)
        if self._wrong[piece.offset] >= TRIES:
            raise SourceDamagedError(Reason.DAMAGED_AT_SOURCE, f"{piece.size} at {piece.offset}")

    async def _arrival(self, here: Here, start: int, end: int) -> None:
        while True:
            ring = self._written.next_ring()
            if here.has(start, end):
                return
            await ring.wait()

    async def _told(self, here: Here, at: int) -> Sequence[PieceHash]:
        if self._never is not None:
            return ()
        try:
            told = await self._asked_in_time(here, at)
        except _NEVER as error:
            self._never = error
            return ()
        if any(one.offset >= self._size for one in told):
            # Cut where a piece ends, it would pass piece by piece.
            detail = f"more than {self._size} bytes"
            raise SourceDamagedError(Reason.DAMAGED_AT_SOURCE, detail)
        covered = max((end_of(one) for one in told), default=at) - at
        if covered < self._size - at:
            self._reach.size = max(MIB, min(_FARTHEST, covered))
        return told

    async def _asked_in_time(self, here: Here, at: int) -> Sequence[PieceHash]:
        try:
            return await self._asked(at)
        except _LATER as error:
            log.info("bytes are compared later", error=str(error))
            await self._arrival(here, 0, self._size)
            return await self._asked(at)

    async def _asked(self, at: int) -> Sequence[PieceHash]:
        """Ask, and sit out what passes soon."""
        waits = failures = 0
        while True:
            try:
                return await self._remote.hashes(at)
            except ThrottledError as error:
                waits += 1
                if not error.is_brief or waits > _PATIENT_WAITS:
                    raise
                pause = error.wait
            except ServerTroubleError:
                failures += 1
                if failures >= _SERVER_TRIES:
                    raise
                pause = timedelta(seconds=2**failures)
            await self._clock.sleep(pause.total_seconds())


class Proofs:
    """What was proven of the documents that are not published yet. A restart proves them anew."""

    def __init__(self, check_bytes: CheckBytes, clock: Clock) -> None:
        self._check_bytes = check_bytes
        self._clock = clock
        self._reach = Reach()
        self._proven: dict[int, set[int]] = {}

    def of(self, remote: RemoteFile, part: PartFile, row: Transfer) -> Proof | None:
        """Return what proves the bytes of a document as they come; `row` tells what is here."""
        layout = Layout(row.size, row.part_size)
        is_resumed = layout.bytes_done(row.done) > 0
        if not self._check_bytes.covers(row.size, is_resumed=is_resumed):
            return None
        proven = self._proven.setdefault(row.document_id, set())
        # What is not claimed comes anew, and may come otherwise.
        proven -= {number * row.part_size // MIB for number in layout.missing(row.done)}
        return Proof(remote, part, self._clock, self._reach, proven)

    def are_done(self, document_id: int, size: int) -> bool:
        """Tell whether nothing of a document that is whole is left to prove."""
        proven = self._proven.get(document_id, ())
        return self._check_bytes is CheckBytes.OFF or len(proven) == -(-size // MIB)

    def forget(self, document_id: int) -> None:
        self._proven.pop(document_id, None)
