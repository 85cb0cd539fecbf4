"""What the engine needs from Telegram, and nothing more."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Protocol

from storage.models import Audio, Chat, Request

Bytes = bytes | memoryview


@dataclass(frozen=True, slots=True)
class PieceHash:
    """What Telegram says the SHA-256 of some bytes of a file is."""

    offset: int
    size: int
    sha256: bytes


class Turn(Protocol):
    """Leave to ask for one part of a document: used once, or given back."""

    @property
    def limit(self) -> int:
        """The most bytes to ask for, a power of two from 4 KiB to 1 MiB."""
        ...

    async def part(self, offset: int, limit: int) -> Bytes:
        """Return `limit` bytes from `offset`, fewer only at the end of the file.

        `limit` is a power of two from 4 KiB to 1 MiB and `offset` a multiple of it
        (https://core.telegram.org/api/files#downloading-files). Whoever calls checks the length.
        Raises `AskAgainError` where nothing is wrong but this request was in vain.
        """
        ...

    def give_back(self) -> None:
        """Let others have it. To be called in the end, used or not; once more does no harm."""
        ...


class RemoteFile(Protocol):
    """One document, readable in parts through one account."""

    @property
    def size(self) -> int:
        """Bytes that Telegram declares."""
        ...

    async def turn(self, left: int) -> Turn:
        """Wait until one more part may be asked for; `left` bytes have not been asked for yet.

        Everybody who waits gets the same share of the bytes, however large the document.
        """
        ...

    async def hashes(self, offset: int) -> Sequence[PieceHash]:
        """Return what Telegram knows of the bytes from `offset` on: of some, of all or of none."""
        ...


class AudioSource(Protocol):
    """Reads audio postings of chats. Raises `downloader.errors` only."""

    async def chat(self, name: str) -> Chat:
        """Find a chat by `@username` or by a marked id in decimal."""
        ...

    def audio(self, chat: Chat, request: Request) -> AsyncGenerator[Audio, None]:
        """Yield at most `request.limit` audio postings in `request.order`, whatever its `query`.

        Whoever has enough before the end closes it.

        Raises `TakeoutRefusedError` where `request.takeout` cannot be had, or no more, and
        `TakeoutDelayedError` where a person must allow it first.

        A chat may hold thousands of other messages before the next audio, so nobody outside can
        tell a long way from a dead line: the source bounds the wait for each answer itself, and
        raises `OfflineError` when one does not come.
        """
        ...

    async def open(self, audio: Audio) -> RemoteFile:
        """Look the posting up again when needed, so that it works after a restart."""
        ...

    async def end_takeouts(self) -> None:
        """Let the exports end that `Request.takeout` has begun; nobody wants them any more."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`heading` is the text of a picture that was posted just before: it often names the album.

    `picture` is the cover that Telegram shows of the file, or else that picture.
    """

    heading: str = ""
    picture: bytes | None = None


class Onlooker(Protocol):
    async def comments(self, chat: Chat) -> Chat | None:
        """Find the group in which the postings of a channel are discussed, if there is one."""
        ...

    async def topic(self, chat: Chat, number: int) -> str | None:
        """Return what a topic of a forum is called, None where there is none of this number.

        Raises `NoForumError` where the chat has no topics.
        """
        ...

    async def surroundings(self, audio: Audio, *, with_picture: bool) -> Surroundings:
        """Look around a posting. Raises `downloader.errors` only."""
        ...
