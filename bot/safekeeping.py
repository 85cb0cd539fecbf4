"""Makes backups for people, sends them on a press, and tells the owner when none can be made."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import structlog
from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, FSInputFile, Message

from bot import backuptexts as texts
from bot import showing
from bot.callbacks import Action, Press, Seal
from bot.errors import OutOfDateError
from bot.faces import Button, Face, keyboard
from downloader.backing import Backing
from downloader.bell import Bell
from downloader.clock import Clock
from downloader.events import BackupFailed, Broadcast
from downloader.supervision import keep_going
from storage.backups import Backup, Kept
from storage.errors import StorageError

log = structlog.get_logger(__name__)

_PATIENCE = 2.0  # seconds: a program that ends has not many


class Safekeeping:
    """`largest` is how many bytes the bot may send."""

    def __init__(
        self,
        backing: Backing,
        bot: Bot,
        seal: Seal,
        clock: Clock,
        *,
        owner_id: Callable[[], Awaitable[int | None]],
        key_file: Path,
        largest: int,
    ) -> None:
        self._backing = backing
        self._bot = bot
        self._seal = seal
        self._clock = clock
        self._owner_id = owner_id
        self._key_file = key_file
        self._largest = largest
        self._notes: deque[Message] = deque()
        self._bell = Bell()

    async def take(self, message: Message) -> None:
        """Promise a backup; where others read along, nothing is told of it."""
        if message.chat.type != ChatType.PRIVATE:
            await showing.answer(message, Face(texts.IN_PRIVATE), self._seal)
            return
        self._notes.append(await showing.answer(message, Face(texts.MAKING), self._seal))
        self._bell.ring()

    async def send(self, message: Message, number: int) -> None:
        """Send a backup, by the second in which it was made. Raises `OutOfDateError`."""
        kept = await self._kept(number)
        await message.answer_document(FSInputFile(kept.path, kept.path.name))

    async def run(self, events: Broadcast) -> None:
        """Work until cancelled."""
        closing = asyncio.Event()
        with events.listen() as heard:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(keep_going(self._step, self._clock, closing))
                try:
                    async for event in heard:
                        if isinstance(event, BackupFailed):
                            await self._tell(event.error)
                finally:
                    closing.set()

    async def _kept(self, number: int) -> Kept:
        for kept in await self._backing.backups.every():
            if int(kept.made_at.timestamp()) == number and kept.size <= self._largest:
                return kept
        raise OutOfDateError

    async def _step(self) -> None:
        ring = self._bell.next_ring()
        if not self._notes:
            await ring.wait()
            return
        note = self._notes.popleft()
        try:
            face = await self._face()
        except asyncio.CancelledError:
            await self._show(note, Face(texts.STOPPED))
            raise
        except BaseException:
            await self._show(note, Face(texts.BROKEN))
            raise
        await self._show(note, face)

    async def _face(self) -> Face:
        begun = self._clock.monotonic()
        try:
            backup = await self._backing.make()
        except StorageError as error:
            log.warning("no backup made", error=str(error))
            return Face(texts.not_made(error))
        took = timedelta(seconds=self._clock.monotonic() - begun)
        text = texts.made(backup, took, self._key_file)
        if backup.size > self._largest:
            return Face(f"{text}\n\n{texts.too_large(self._largest)}")
        return Face(text, ((await self._button(backup),),))

    async def _button(self, backup: Backup) -> Button:
        # Its name says the second, which another may have taken.
        every = await self._backing.backups.every()
        named = next(one for one in every if one.path == backup.path)
        press = Press(Action.SEND_BACKUP, int(named.made_at.timestamp()))
        return Button(texts.send(backup), press)

    async def _tell(self, error: StorageError) -> None:
        try:
            owner_id = await self._owner_id()
            if owner_id is not None:
                await self._bot.send_message(owner_id, texts.failed(error))
        except TelegramAPIError as trouble:
            log.warning("nobody told of the backup", error=str(trouble))

    async def _show(self, note: Message, face: Face) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                markup = keyboard(face, note.chat.id, self._seal)
                await note.edit_text(face.text, reply_markup=markup)
        except (TelegramAPIError, TimeoutError) as error:
            log.info("backup not told", error=str(error))


def message_of(query: CallbackQuery) -> Message:
    """Return the message that was pressed, in a private chat. Raises `OutOfDateError`."""
    message = query.message
    if not isinstance(message, Message) or message.chat.type != ChatType.PRIVATE:
        raise OutOfDateError
    return message
