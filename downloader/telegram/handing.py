"""Sends files to a bot as one account: by reference, or part by part."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

import structlog
from telethon.tl.functions.messages import SendMediaRequest
from telethon.tl.functions.upload import SaveBigFilePartRequest
from telethon.tl.types import (
    DocumentAttributeAudio,
    DocumentAttributeFilename,
    InputDocument,
    InputFileBig,
    InputMediaDocument,
    InputMediaUploadedDocument,
)

from downloader.clock import Clock
from downloader.errors import (
    ChatUnavailableError,
    DownloaderError,
    RefusedError,
    ThrottledError,
)
from downloader.hands import Address, Read
from downloader.lending import Call
from downloader.telegram.client import Client
from downloader.telegram.peers import Peers
from storage.formats import of_name
from storage.models import Track

log = structlog.get_logger(__name__)

# https://core.telegram.org/api/files#uploading-files
PART = 512 << 10
# More would keep what else goes over the home connection waiting on a slow line.
IN_FLIGHT = 3
_PATIENCE = timedelta(minutes=1)
_WAITS = 5
_LONGEST_TITLE = 128
_ANY_FILE = "application/octet-stream"
# Its answer was lost, and it was sent again: once is enough.
_SENT_BEFORE = "RANDOM_ID_DUPLICATE"


class Handing:
    """Raises `downloader.errors`, and what `read` raises."""

    def __init__(self, client: Client, peers: Peers, clock: Clock) -> None:
        self._client = client
        self._peers = peers
        self._clock = clock

    async def refer(self, document: Any, address: Address) -> None:
        known = InputDocument(document.id, document.access_hash, document.file_reference)
        with _of_the_bot():
            await self._send(await self._bot(address), InputMediaDocument(known), address)

    async def upload(self, track: Track, size: int, read: Read, address: Address) -> None:
        with _of_the_bot():
            bot = await self._bot(address)  # first: what nobody gets need not go up
            file = await self._saved(_name(track), size, read)
            await self._send(bot, _media(track, file), address)

    async def _bot(self, address: Address) -> Any:
        chat = await self._peers.find(f"@{address.username}")
        if chat.id != address.bot_id:
            raise RefusedError(f"@{address.username} is {chat.id}")
        return await self._peers.peer(chat.id)

    async def _send(self, bot: Any, media: Any, address: Address) -> None:
        # In silence: the person who asked hears of it from the bot.
        request = SendMediaRequest(bot, media, address.caption, silent=True)
        try:
            await self._client.ask(request)
        except DownloaderError as error:
            if error.detail != _SENT_BEFORE:
                raise

    async def _saved(self, name: str, size: int, read: Read) -> InputFileBig:
        file_id = int.from_bytes(os.urandom(8), "big", signed=True)
        total = -(-size // PART)
        numbers = iter(range(total))

        async def save() -> None:
            for number in numbers:  # which all share
                body = await read(number * PART, PART)
                await self._save(SaveBigFilePartRequest(file_id, number, total, body))

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(save()) for _ in range(min(IN_FLIGHT, total))]
                await asyncio.wait(tasks)  # as in `Move.finish`
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors
        return InputFileBig(file_id, total, name)

    async def _save(self, request: SaveBigFilePartRequest) -> None:
        """Save one part; for a wait that is not too long, the others were not in vain."""
        for _ in range(_WAITS):
            try:
                await self._client.ask(request, Call.FILES)
            except ThrottledError as error:
                if error.wait > _PATIENCE:
                    raise
                log.info("an upload is throttled", wait=error.wait.total_seconds())
                await self._clock.sleep(error.wait.total_seconds())
            else:
                return
        await self._client.ask(request, Call.FILES)


@contextmanager
def _of_the_bot() -> Iterator[None]:
    """Say of what is wrong with the bot that it is no chat to be read."""
    try:
        yield
    except ChatUnavailableError as error:
        raise RefusedError(error.detail) from error


def _media(track: Track, file: InputFileBig) -> InputMediaUploadedDocument:
    seconds = round(track.duration.total_seconds())
    title = (track.title or PurePosixPath(file.name).stem)[:_LONGEST_TITLE]
    performer = track.performer[:_LONGEST_TITLE]
    sound = DocumentAttributeAudio(seconds, title=title, performer=performer)
    named = DocumentAttributeFilename(file.name)
    kind = of_name(file.name)
    mime = track.mime or (kind.mime if kind else _ANY_FILE)
    return InputMediaUploadedDocument(file, mime, [sound, named])


def _name(track: Track) -> str:
    return track.path.name if track.path else track.name
