"""Converts files, and lets what comes of them say what they are called."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from downloader.conversion import Conversion, Hitch, Into, UnconvertedError
from downloader.ffmpeg.encoding import encode
from downloader.ffmpeg.program import Ffmpeg, FfmpegFailedError
from downloader.metadata.children import ReaderBrokenError
from downloader.metadata.reader import Reader, kind_by_bytes
from downloader.metadata.tags import TagsUnreadableError, TagsUnwritableError
from storage.description import Description
from storage.formats import Kind
from storage.reading import size_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """A file, of which it is known what it is called and, mostly, how `long` it is."""

    path: Path
    description: Description
    length: timedelta


class Converter:
    """Without a `reader`, what comes of a file says what that said, and has no cover."""

    def __init__(self, ffmpeg: Ffmpeg, reader: Reader | None) -> None:
        self._ffmpeg = ffmpeg
        self._reader = reader

    async def convert(
        self, source: Source, conversion: Conversion, made: Path, largest: int
    ) -> tuple[Kind, int]:
        """Make a new file of so many bytes at most, its cover apart; return its kind and its size.

        Raises `UnconvertedError` and `DiskFailure`, and then there is no file.
        """
        kind = await asyncio.to_thread(kind_by_bytes, source.path)
        if kind is None:
            raise UnconvertedError(Hitch.UNREADABLE, "no audio")
        if conversion.is_beyond(source.length):
            raise UnconvertedError(Hitch.BEYOND_END)
        conversion = conversion.made_of(kind, source.length)
        await self._encode(source, kind, made, conversion, largest)
        becomes = conversion.kind_of(kind)
        try:
            if self._reader is not None and conversion.into is not Into.VOICE:
                await self._tag(self._reader, source, made, becomes)
        except (ReaderBrokenError, TagsUnwritableError) as error:
            log.warning("tags not written", file=source.path.name, error=str(error))
            _drop(made)  # it may be half written
            await self._encode(source, kind, made, conversion, largest)
        except BaseException:
            _drop(made)
            raise
        return becomes, await asyncio.to_thread(size_of, made) or 0

    async def _encode(
        self, source: Source, kind: Kind, made: Path, conversion: Conversion, largest: int
    ) -> None:
        length = source.length or None
        try:
            await encode(self._ffmpeg, source.path, kind, made, conversion, length, largest)
        except FfmpegFailedError as failure:
            log.info("not converted", file=source.path.name, error=str(failure))
            hitch = Hitch.TOO_LARGE if failure.was_too_large else Hitch.UNREADABLE
            raise UnconvertedError(hitch, failure.detail) from failure

    async def _tag(self, reader: Reader, source: Source, made: Path, kind: Kind) -> None:
        try:
            cover = await reader.picture(source.path)
        except TagsUnreadableError:
            cover = None
        await reader.write(made, kind, source.description, cover=cover)


def _drop(made: Path) -> None:
    made.unlink(missing_ok=True)
