"""A Telegram in memory for the long proofs: one chat of noise, and whatever befalls its parts."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256

from downloader.errors import ChatUnavailableError
from downloader.source import PieceHash
from storage.models import Audio, Chat, ChatKind, Reason, Request

CHAT = Chat(-1001, "Noise", "noise", ChatKind.CHANNEL)
_BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
_KEPT = 64  # bodies
_TURNS = 4
_HASHED = 128 << 10  # what one hash of Telegram is for


@dataclass(frozen=True, slots=True)
class Ask:
    """One request for bytes; `number` counts all of them, from 1 on."""

    number: int
    document_id: int
    offset: int
    limit: int


# Gets the right bytes, and returns or raises what is answered instead.
Reply = Callable[[Ask, bytes], bytes]


def posting(number: int, size: int, *, document: int | None = None, title: str = "") -> Audio:
    """Return the posting of that number; each carries a document of its own unless told."""
    return Audio(
        chat_id=CHAT.id,
        message_id=number,
        document_id=1000 + number if document is None else document,
        title=title or f"Noise {number:05}",
        performer="Bench",
        duration=timedelta(minutes=3),
        size=size,
        name=f"{number}.mp3",
        mime="audio/mpeg",
        posted_at=_BEGIN + timedelta(minutes=number),
    )


@lru_cache(_KEPT)
def body(document_id: int, size: int) -> bytes:
    """Return the true bytes of a document, which never compress and are unlike all others."""
    return random.Random(document_id).randbytes(size)


def _as_it_is(_ask: Ask, data: bytes) -> bytes:
    return data


class NoiseSource:
    """Is an `AudioSource` for whoever names the messages. Every part is answered through `reply`.

    `sizes` are the true ones by document, where those that are declared are lies.
    """

    def __init__(
        self,
        find: Callable[[int], Audio],
        reply: Reply = _as_it_is,
        sizes: Mapping[int, int] | None = None,
    ) -> None:
        self._find = find
        self._reply = reply
        self._sizes = sizes or {}
        self._asks = 0

    async def chat(self, name: str) -> Chat:
        await asyncio.sleep(0)
        if name not in {f"@{CHAT.username}", str(CHAT.id)}:
            raise ChatUnavailableError(Reason.CHAT_NOT_FOUND, name)
        return CHAT

    async def audio(self, _chat: Chat, request: Request) -> AsyncGenerator[Audio, None]:
        for number in request.message_ids:
            yield self._find(number)

    async def open(self, audio: Audio) -> NoiseFile:
        await asyncio.sleep(0)
        return NoiseFile(self, audio.document_id, audio.size, asyncio.Semaphore(_TURNS))

    async def end_takeouts(self) -> None:
        """There are none."""

    async def read(self, file: NoiseFile, offset: int, limit: int) -> bytes:
        await asyncio.sleep(0)  # let others in, as a network would
        self._asks += 1
        right = self.body(file)[offset : offset + limit]
        return self._reply(Ask(self._asks, file.document_id, offset, limit), right)

    def body(self, file: NoiseFile) -> bytes:
        return body(file.document_id, self._sizes.get(file.document_id, file.size))


@dataclass(frozen=True, slots=True)
class NoiseFile:
    """Is a `RemoteFile`; as many turns as its `room` holds are given at once."""

    source: NoiseSource
    document_id: int
    size: int
    room: asyncio.Semaphore

    async def turn(self, _left: int) -> NoiseTurn:
        await self.room.acquire()
        return NoiseTurn(self)

    async def hashes(self, offset: int) -> Sequence[PieceHash]:
        await asyncio.sleep(0)
        right = self.source.body(self)
        return [
            PieceHash(at, len(piece), sha256(piece).digest())
            for at in range(offset - offset % _HASHED, len(right), _HASHED)
            for piece in [right[at : at + _HASHED]]
        ]


@dataclass(slots=True, eq=False)
class NoiseTurn:
    """Is a `Turn`."""

    file: NoiseFile
    limit: int = 256 << 10
    is_over: bool = False

    async def part(self, offset: int, limit: int) -> bytes:
        return await self.file.source.read(self.file, offset, limit)

    def give_back(self) -> None:
        if not self.is_over:
            self.is_over = True
            self.file.room.release()
