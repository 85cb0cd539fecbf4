"""Audits chats for people, one after the other, and tells how far that is."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BufferedInputFile, Message

from bot import audittexts as texts
from bot import showing
from bot.auditwords import AuditOrder
from bot.callbacks import Action, Press, Seal
from bot.errors import NotYoursError, OutOfDateError
from bot.faces import Button, Face, keyboard
from downloader.audit import Audit
from downloader.auditing import Auditor
from downloader.bell import Bell
from downloader.clock import Clock
from downloader.errors import DownloaderError
from downloader.outcomes import disk_error
from downloader.supervision import keep_going
from storage.errors import DiskFailure, StorageError
from storage.models import Job, Origin

log = structlog.get_logger(__name__)

_BREATH = 3.0  # seconds between two words on how far it is
_REMEMBERED = 50
_PATIENCE = 2.0  # seconds: a program that ends has not many


@dataclass(slots=True, eq=False)
class _Asked:
    """An audit that somebody waits for; the `note` tells of it, and `work` is under way."""

    order: AuditOrder
    person_id: int
    note: Message
    read: int = 0
    work: asyncio.Task[None] | None = None
    found: Audit | None = None

    def told(self, read: int) -> None:
        self.read = read


class Audits:
    """What is asked anew takes the place of what was asked before. A restart forgets all."""

    def __init__(self, auditor: Auditor, seal: Seal, clock: Clock) -> None:
        self._auditor = auditor
        self._seal = seal
        self._clock = clock
        self._asked: list[_Asked] = []  # the first of them is worked on
        self._done: OrderedDict[tuple[int, int], tuple[Audit, int]] = OrderedDict()
        self._bell = Bell()

    async def take(self, message: Message, order: AuditOrder, person_id: int) -> None:
        """Promise an audit."""
        for one in [*self._asked]:
            if (one.order.chat.lower(), one.person_id) == (order.chat.lower(), person_id):
                await self._drop(one)
        note = await showing.answer(message, Face(texts.reading(order.chat)), self._seal)
        self._asked.append(_Asked(order, person_id, note))
        self._bell.ring()

    async def refill(self, note: Message, person_id: int) -> tuple[list[Job], Face]:
        """Fetch what the audit of a note has found to be missing, once; return its face then.

        Raises `NotYoursError`, and `OutOfDateError` where that is not known any more.
        """
        key = (note.chat.id, note.message_id)
        audit, asked_by = self._done.get(key, (None, 0))
        if audit is None:
            raise OutOfDateError
        if asked_by != person_id:
            raise NotYoursError
        del self._done[key]
        try:
            jobs = await self._auditor.refill(audit, Origin(person_id, note.chat.id))
        except StorageError:
            self._done[key] = (audit, asked_by)  # nothing was ordered: it may be pressed again
            raise
        return jobs, Face(texts.found(audit, is_asked_for=True))

    async def run(self) -> None:
        """Work until cancelled."""
        closing = asyncio.Event()
        try:
            await keep_going(self._step, self._clock, closing)
        finally:
            closing.set()

    async def _step(self) -> None:
        ring = self._bell.next_ring()
        if not self._asked:
            await ring.wait()
            return
        one = self._asked[0]
        try:
            async with asyncio.TaskGroup() as tasks:
                one.work = tasks.create_task(self._work(one))
        finally:
            with suppress(ValueError):
                self._asked.remove(one)

    async def _work(self, one: _Asked) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                telling = tasks.create_task(self._tell(one))
                try:
                    face = await self._face(one)
                finally:
                    telling.cancel()
        except asyncio.CancelledError:
            if one in self._asked:  # else it was asked anew
                await self._show(one.note, Face(texts.STOPPED))
            raise
        except ExceptionGroup:
            await self._show(one.note, Face(texts.BROKEN))
            raise
        await self._show(one.note, face)
        if one.found is not None and texts.is_long(one.found):
            await self._list(one.note, one.found)

    async def _face(self, one: _Asked) -> Face:
        name = one.order.chat
        try:
            audit = await self._auditor.audit(name, one.told, is_deep=one.order.is_deep)
        except DownloaderError as error:
            return Face(texts.failed(name, error.reason, error.detail))
        except DiskFailure as failure:
            trouble = disk_error(failure)
            return Face(texts.failed(name, trouble.reason, trouble.detail))
        one.found = audit
        if not audit.to_fetch:
            return Face(texts.found(audit))
        self._remember(one, audit)
        label = texts.REFILL.format(count=len(audit.to_fetch))
        return Face(texts.found(audit), ((Button(label, Press(Action.REFILL)),),))

    def _remember(self, one: _Asked, audit: Audit) -> None:
        self._done[one.note.chat.id, one.note.message_id] = (audit, one.person_id)
        if len(self._done) > _REMEMBERED:
            self._done.popitem(last=False)

    async def _tell(self, one: _Asked) -> None:
        """Say now and then how far it is."""
        told = 0
        while True:
            await self._clock.sleep(_BREATH)
            if one.read != told:
                told = one.read
                await self._show(one.note, Face(texts.reading(one.order.chat, told)))

    async def _list(self, note: Message, audit: Audit) -> None:
        """Send the names of all that is missing, which a message has no room for."""
        file = BufferedInputFile(texts.listed(audit).encode(), texts.file_name(audit))
        try:
            await note.answer_document(file)
        except TelegramAPIError as error:
            log.info("list of an audit not sent", error=str(error))

    async def _drop(self, one: _Asked) -> None:
        self._asked.remove(one)
        if one.work is not None:
            one.work.cancel()
        await self._show(one.note, Face(texts.ASKED_ANEW))

    async def _show(self, note: Message, face: Face) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                markup = keyboard(face, note.chat.id, self._seal)
                await note.edit_text(face.text, reply_markup=markup)
        except (TelegramAPIError, TimeoutError) as error:
            log.info("audit not told", error=str(error))
