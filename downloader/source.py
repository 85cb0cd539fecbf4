"""What the engine needs from Telegram, and nothing more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from storage.models import Audio, Chat, Request


class RemoteFile(Protocol):
    """One document, readable in parts through one account."""

    @property
    def size(self) -> int:
        """Bytes that Telegram declares."""
        ...

    async def part(self, offset: int, limit: int) -> bytes:
        """Return `limit` bytes from `offset`, fewer only at the end of the file.

        `limit` is a power of two from 4 KiB to 1 MiB and `offset` a multiple of it
        (https://core.telegram.org/api/files#downloading-files). An expired file reference is
        renewed inside. Whoever calls checks the length.
        """
        ...


class AudioSource(Protocol):
    """Reads audio postings of chats. Raises `downloader.errors` only."""

    async def chat(self, name: str) -> Chat:
        """Find a chat by `@username` or by a marked id in decimal."""
        ...

    def audio(self, chat: Chat, request: Request) -> AsyncIterator[Audio]:
        """Yield at most `request.limit` audio postings in `request.order`.

        A chat may hold thousands of other messages before the next audio, so nobody outside can
        tell a long way from a dead line: the source bounds the wait for each answer itself, and
        raises `OfflineError` when one does not come.
        """
        ...

    async def open(self, audio: Audio) -> RemoteFile:
        """Look the posting up again when needed, so that it works after a restart."""
        ...
