"""Converts what people ask for, in the order in which they asked, and tells how that stands."""

from __future__ import annotations

import asyncio

import structlog
from aiogram.exceptions import TelegramAPIError
from aiogram.types import InaccessibleMessage, Message

from bot.commissions import Commission, Queue
from bot.errors import (
    NotYoursError,
    Obstacle,
    OutOfDateError,
    UnconvertibleError,
    UndeliverableError,
)
from bot.media import Spot
from bot.notes import Notes
from bot.outgoing import Outgoing
from downloader.bell import Bell, wait
from downloader.clock import Clock
from downloader.conversion import Conversion
from downloader.supervision import keep_going, until_done
from storage.errors import StorageError
from storage.models import Track

log = structlog.get_logger(__name__)

AT_ONCE = 2
MOST = 5  # of one person, those that wait included


class Conversions:
    def __init__(self, outgoing: Outgoing, notes: Notes, clock: Clock) -> None:
        self._outgoing = outgoing
        self._notes = notes
        self._clock = clock
        self._queue = Queue(AT_ONCE, MOST)
        self._bell = Bell()
        self._closing = asyncio.Event()

    async def take(
        self,
        asked: Message | InaccessibleMessage,
        track: Track,
        conversion: Conversion,
        person_id: int,
    ) -> None:
        """Promise a conversion, the same one once. Raises `UndeliverableError`."""
        track, conversion = await self._outgoing.possible(track, conversion)
        if self._queue.holds(track, conversion, person_id):
            return
        if not self._queue.has_room(person_id):
            raise UnconvertibleError(Obstacle.TOO_MANY, track)
        commission = Commission(track, conversion, person_id, Spot.of(asked))
        self._queue.add(commission)
        try:
            await self._notes.write(commission, self._queue.before(commission), asked)
        finally:
            if commission.note is None:
                self._queue.end(commission)
        self._bell.ring()

    async def cancel(self, note: Message | InaccessibleMessage, person_id: int) -> None:
        """Leave what a note tells of, which then goes.

        Raises `NotYoursError`, and `OutOfDateError` where nobody works on it any more.
        """
        commission = self._queue.noted(note.chat.id, note.message_id)
        if commission is None:
            await self._notes.cut_off(note)
            raise OutOfDateError
        if commission.person_id != person_id:
            raise NotYoursError
        commission.is_cancelled = True
        if commission.work is not None:
            commission.work.cancel()
            return
        self._queue.end(commission)
        await self._notes.remove(commission)
        await self._tell_places()

    async def run(self) -> None:
        """Work until cancelled."""
        await until_done(self._outgoing.clear, self._clock, self._closing)
        try:
            async with asyncio.TaskGroup() as tasks:
                for _ in range(AT_ONCE):
                    tasks.create_task(keep_going(self._step, self._clock, self._closing))
        finally:
            self._closing.set()
            async with asyncio.TaskGroup() as tasks:
                for one in self._queue.waiting:
                    tasks.create_task(self._notes.stop(one))

    async def _step(self) -> None:
        ring = self._bell.next_ring()
        commission = self._queue.begin()
        if commission is None:
            await wait(ring, self._clock, None)
            return
        try:
            async with asyncio.TaskGroup() as tasks:
                commission.work = tasks.create_task(self._work(commission))
                await self._tell_places()
        finally:
            self._queue.end(commission)
            self._bell.ring()

    async def _work(self, commission: Commission) -> None:
        """Have it made and sent, and let its note say what came of that."""
        try:
            await self._outgoing.send(commission)
        except (UndeliverableError, TelegramAPIError, StorageError) as error:
            log.info("nothing comes", track=commission.track.id, error=str(error))
            await self._notes.fail(commission, error)
        except asyncio.CancelledError:
            if commission.is_cancelled:
                await self._notes.remove(commission)
            else:
                await self._notes.stop(commission)
            raise
        except Exception:
            await self._notes.fail(commission, None)
            raise
        else:
            await self._notes.remove(commission)

    async def _tell_places(self) -> None:
        for one in self._queue.everyone:
            await self._notes.rewrite(one, self._queue.before(one))
