"""Hears what goes wrong with the requests for a document, on its way to whoever asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from downloader.errors import DownloaderError
from downloader.source import Bytes, PieceHash, RemoteFile, Turn

Hear = Callable[[DownloaderError], None]


@dataclass(frozen=True, slots=True)
class HeardFile:
    """The same document; `hear` is told of each request for a part of it that fails."""

    remote: RemoteFile
    hear: Hear

    @property
    def size(self) -> int:
        return self.remote.size

    async def turn(self, left: int) -> Turn:
        return _HeardTurn(await self.remote.turn(left), self.hear)

    async def hashes(self, offset: int) -> Sequence[PieceHash]:
        return await self.remote.hashes(offset)


@dataclass(frozen=True, slots=True)
class _HeardTurn:
    turn: Turn
    hear: Hear

    @property
    def limit(self) -> int:
        return self.turn.limit

    async def part(self, offset: int, limit: int) -> Bytes:
        try:
            return await self.turn.part(offset, limit)
        except DownloaderError as error:
            self.hear(error)
            raise

    def give_back(self) -> None:
        self.turn.give_back()
