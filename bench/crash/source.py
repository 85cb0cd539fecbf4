"""A Telegram in memory that answers every question the same way."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from downloader.errors import ChatUnavailableError
from downloader.parts import LARGEST_REQUEST
from downloader.source import PieceHash
from storage.models import Audio, Chat, ChatKind, Reason, Request

JAZZ = Chat(-1001, "Jazz", "jazz", ChatKind.CHANNEL)
ROCK = Chat(-1002, "Rock", "rock", ChatKind.CHANNEL)

# A short write that strace pretends is one of these bytes: they are on the disk already, because
# space that is laid out ahead reads as zeros.
HOLLOW = 64
# The document that has the same bytes as another is numbered so much higher.
TWIN = 1000
_BLOCK = 4096
_TURNS = 2


def song(number: int, size: int, *, chat: Chat = JAZZ, document: int | None = None) -> Audio:
    """Return the posting `number` of a chat."""
    document = 100 + number if document is None else document
    return Audio(
        chat_id=chat.id,
        message_id=number,
        document_id=document,
        title=f"Song {document}",
        performer="Band",
        duration=timedelta(minutes=3),
        size=size,
        name=f"{document}.mp3",
        mime="audio/mpeg",
        posted_at=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=number),
    )


@cache
def body(document_id: int, size: int) -> bytes:
    """Return the true bytes of a document: noise, with a hollow at the start of each block."""
    noise = bytearray(random.Random(document_id % TWIN).randbytes(size))
    for start in range(0, size, _BLOCK):
        end = min(start + HOLLOW, size)
        noise[start:end] = bytes(end - start)
    return bytes(noise)


@dataclass(slots=True)
class SteadySource:
    """Is an `AudioSource`.

    The process dies when it asks for a part after `parts_left`, where that is given; `delay` in
    seconds is that of each part.
    """

    songs: Sequence[Audio]
    parts_left: int | None = None
    delay: float = 0.0
    chats: Sequence[Chat] = field(default=(JAZZ, ROCK))

    async def chat(self, name: str) -> Chat:
        for chat in self.chats:
            if name == f"@{chat.username}":
                return chat
        raise ChatUnavailableError(Reason.CHAT_NOT_FOUND, name)

    async def audio(self, chat: Chat, request: Request) -> AsyncGenerator[Audio, None]:
        wanted = [audio for audio in self.songs if audio.chat_id == chat.id]
        for audio in wanted[: request.limit]:
            yield audio

    async def open(self, audio: Audio) -> SteadyFile:
        return SteadyFile(self, body(audio.document_id, audio.size))

    async def end_takeouts(self) -> None:
        """There are none."""

    async def answer(self) -> None:
        """Let the time of one part pass."""
        if self.parts_left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.parts_left is not None:
            self.parts_left -= 1
        await asyncio.sleep(self.delay)


class SteadyFile:
    """Gives two turns at once."""

    def __init__(self, source: SteadySource, content: bytes) -> None:
        self._source = source
        self._content = content
        self._room = asyncio.Semaphore(_TURNS)

    @property
    def size(self) -> int:
        return len(self._content)

    async def turn(self, left: int) -> SteadyTurn:
        del left
        await self._room.acquire()
        return SteadyTurn(self._source, self._content, self._room)

    async def hashes(self, offset: int) -> Sequence[PieceHash]:
        """Know nothing, so that nobody mends what was written wrongly."""
        del offset
        return ()


@dataclass(slots=True)
class SteadyTurn:
    source: SteadySource
    content: bytes
    room: asyncio.Semaphore
    limit: int = LARGEST_REQUEST
    is_over: bool = False

    async def part(self, offset: int, limit: int) -> bytes:
        await self.source.answer()
        return self.content[offset : offset + limit]

    def give_back(self) -> None:
        if not self.is_over:
            self.is_over = True
            self.room.release()
