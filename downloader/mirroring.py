"""Fills a folder of elsewhere with tracks of the library, converted where they are too large."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath

from downloader.conversion import Conversion, Into, UnconvertedError
from downloader.converting import Converter, Source
from storage.errors import DiskFailure, DiskTrouble, NameTaken, StorageError
from storage.files import Files
from storage.formats import of_name
from storage.mirrors import Mirror
from storage.models import Track

_LARGEST = 2 << 30  # bytes


class Copied(StrEnum):
    """What became of a track; of the last three, nothing is in the folder."""

    CONVERTED = "converted"
    AS_IT_IS = "as it is"
    THERE = "there before"
    GONE = "gone"
    UNREADABLE = "unreadable"
    IN_THE_WAY = "in the way"


TROUBLES = (Copied.GONE, Copied.UNREADABLE, Copied.IN_THE_WAY)


@dataclass(slots=True)
class Copying:
    """How far it is. `bytes` are those of new files, as estimated before they are made."""

    files: int = 0
    bytes: int = 0
    counts: Counter[Copied] = field(default_factory=Counter)
    troubles: dict[PurePosixPath, Copied] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be made of a track with a file; None: it is small enough as it is."""

    track: Track
    path: PurePosixPath
    conversion: Conversion | None
    wanted: PurePosixPath
    mark: str
    size: int


class Mirroring:
    def __init__(
        self, files: Files, mirror: Mirror, converter: Converter | None, conversion: Conversion
    ) -> None:
        """Without a `converter` it can only be told what would be done."""
        self._files = files
        self._mirror = mirror
        self._converter = converter
        self._conversion = conversion
        self._failure: StorageError | None = None

    async def run(
        self, tracks: Sequence[Track], tell: Callable[[Copying], None], at_once: int = 1
    ) -> Copying:
        """Make what is not there. Raises `DiskFailure` where no more can be written."""
        await self._mirror.read()
        copying, left = Copying(), iter(tracks)
        if self._converter is not None:
            await self._mirror.begin()
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(self._work(left, copying, tell))
        if self._failure is not None:
            raise self._failure
        return copying

    async def _work(
        self, left: Iterable[Track], copying: Copying, tell: Callable[[Copying], None]
    ) -> None:
        for track in left:
            if self._failure is not None:
                return
            try:
                became = await self._one(track, copying)
            except DiskFailure as failure:
                self._failure = failure
                return
            copying.files += 1
            copying.counts[became] += 1
            if became in TROUBLES:
                copying.troubles[track.path or PurePosixPath(track.name)] = became
            tell(copying)

    async def _one(self, track: Track, copying: Copying) -> Copied:
        if track.path is None or not await self._files.size_published(track.path):
            return Copied.GONE
        plan = _planned(track, track.path, self._conversion)
        if await self._mirror.has(track.id, plan.wanted, plan.mark):
            return Copied.THERE
        copying.bytes += plan.size
        became = Copied.CONVERTED if plan.conversion else Copied.AS_IT_IS
        if self._converter is None:
            return became
        hindered = await self._bring(self._converter, plan)
        return became if hindered is None else hindered

    async def _bring(self, converter: Converter, plan: _Plan) -> Copied | None:
        """Put a track there; return what hindered that."""
        draft = self._mirror.draft()
        try:
            await self._make(converter, plan, draft)
            await self._mirror.put(draft, plan.track.id, plan.wanted, plan.mark)
        except UnconvertedError:
            return Copied.UNREADABLE
        except NameTaken:
            return Copied.IN_THE_WAY
        except DiskFailure as failure:
            source = self._files.locate(plan.path)
            if failure.kind is DiskTrouble.MISSING and failure.path == source:
                return Copied.GONE
            raise
        finally:
            await self._files.copies.drop(draft)
        return None

    async def _make(self, converter: Converter, plan: _Plan, draft: Path) -> None:
        path, track = self._files.locate(plan.path), plan.track
        if plan.conversion is None:
            await self._files.copies.make(path, draft)
            return
        source = Source(path, track.description, track.duration)
        await converter.convert(source, plan.conversion, draft, _LARGEST)


def _planned(track: Track, path: PurePosixPath, conversion: Conversion) -> _Plan:
    assert conversion.into is not Into.SAME, "a mirror has one format"
    kind = of_name(path.name)
    wanted = conversion.made_of(kind, track.duration)
    if wanted.is_idle(kind, track.bitrate):
        return _Plan(track, path, None, path, track.sha256, track.file_size)
    ending = wanted.kind_of(kind).extension
    return _Plan(
        track,
        path,
        wanted,
        path.with_suffix(f".{ending}"),
        f"{track.sha256} {wanted.into} {wanted.bitrate}",
        wanted.bytes_of(track.file_size, track.duration) or 0,
    )
