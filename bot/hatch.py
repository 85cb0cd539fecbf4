"""The hatch through which our accounts hand the bot files that it may not upload itself.

A bot may send a file of any size by its id, and it gets an id with every file that it is sent. So
an account sends the track to the bot; the words below it prove that we asked for it.
"""

from __future__ import annotations

import asyncio
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any, Protocol

import structlog
from aiogram import BaseMiddleware, Bot
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Message, TelegramObject, Update

from bot import media
from bot.errors import FileGoneError, NotHandedError
from bot.media import Parcel
from downloader.errors import DiskError, DownloaderError, OfflineError
from downloader.hands import Address
from storage.errors import StorageError
from storage.models import Track
from storage.playing import SentFile, SentFiles

log = structlog.get_logger(__name__)

_TOKEN = re.compile(r"tad-handed-1-(\d{1,18})-([\w-]{22})", re.ASCII)
_SEAL_BYTES = 16

Arrival = tuple[Message, SentFile]


class Courier(Protocol):
    """Raises `downloader.errors`."""

    async def hand_over(self, track: Track, address: Address) -> None:
        """Send a track's file to a bot, as a user."""
        ...


class Hatch:
    """Knows who waits for which track; one at a time for each, as `Delivery` sees to."""

    def __init__(
        self,
        courier: Courier,
        bot: Bot,
        sent_files: SentFiles,
        sign: Callable[[bytes], bytes],
        patience: timedelta = timedelta(minutes=1),
    ) -> None:
        """`patience`: how long what was sent to the bot may be under way to it."""
        self._courier = courier
        self._bot = bot
        self._sent_files = sent_files
        self._sign = sign
        self._patience = patience
        self._waiting: dict[int, asyncio.Future[Arrival]] = {}

    @asynccontextmanager
    async def handed(self, parcel: Parcel) -> AsyncIterator[SentFile]:
        """Have a track handed in, and give its id; what brought it is gone when the block ends.

        Raises `NotHandedError`, and `FileGoneError` where the file cannot be read.
        """
        message, file = await self._arrival(parcel)
        yield file
        # In the chat of an owner whose own account it was, it would stand beside what was sent.
        try:
            await message.delete()
        except TelegramAPIError as error:
            log.info("handed file not removed", error=str(error))

    async def take(self, message: Message) -> bool:
        """Keep the id of a track that was handed in; False where the message is none of that."""
        track_id = self._track_in(message)
        file = media.sent_file(message)
        if track_id is None or file is None:
            return False
        log.info("handed in", track=track_id, kind=file.kind)
        try:
            await self._sent_files.put(self._bot.id, track_id, file)
        except StorageError as error:
            log.warning("file id not stored", track=track_id, error=str(error))
        arrival = self._waiting.get(track_id)
        if arrival is not None and not arrival.done():
            arrival.set_result((message, file))
        return True

    async def _arrival(self, parcel: Parcel) -> Arrival:
        track = parcel.track
        arrival: asyncio.Future[Arrival] = asyncio.get_running_loop().create_future()
        self._waiting[track.id] = arrival
        try:
            async with asyncio.timeout(parcel.patience.total_seconds()):
                await self._ask_for(track, arrival)
            async with asyncio.timeout(self._patience.total_seconds()):
                return await arrival
        except TimeoutError as error:
            raise NotHandedError(track, parcel.size, OfflineError("in time")) from error
        except DiskError as error:
            raise FileGoneError(track, None) from error
        except DownloaderError as error:
            raise NotHandedError(track, parcel.size, error) from error
        finally:
            del self._waiting[track.id]

    async def _ask_for(self, track: Track, arrival: asyncio.Future[Arrival]) -> None:
        username = (await self._bot.me()).username or ""
        address = Address(self._bot.id, username, self._token(track.id))
        try:
            await self._courier.hand_over(track, address)
        except DownloaderError as error:
            if not arrival.done():
                raise
            log.info("handed in all the same", track=track.id, error=str(error))

    def _track_in(self, message: Message) -> int | None:
        match = _TOKEN.fullmatch(message.caption or "")
        if match is None or message.chat.type != ChatType.PRIVATE or message.forward_origin:
            return None
        track_id = int(match[1])
        return track_id if hmac.compare_digest(match[0], self._token(track_id)) else None

    def _token(self, track_id: int) -> str:
        digest = self._sign(f"handed 1 {self._bot.id} {track_id}".encode())[:_SEAL_BYTES]
        return f"tad-handed-1-{track_id}-{urlsafe_b64encode(digest).decode().rstrip('=')}"


class HandedIn(BaseMiddleware):
    """Takes what our accounts hand in, whoever they are, before access control turns them away."""

    def __init__(self, hatch: Hatch) -> None:
        self._hatch = hatch

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        message = event.message if isinstance(event, Update) else None
        if message is not None and await self._hatch.take(message):
            return None
        return await handler(event, data)
