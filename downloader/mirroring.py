"""Fills a folder of elsewhere with tracks of the library, converted where they are too large."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
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
    """What became of a track; of the last five, nothing is in the folder."""

    CONVERTED = "converted"
    AS_IT_IS = "as it is"
    THERE = "there before"
    GONE = "gone"
    LOCKED = "encrypted with another key"
    BROKEN = "damaged"
    UNREADABLE = "unreadable"
    IN_THE_WAY = "in the way"


TROUBLES = (
    Copied.GONE,
    Copied.LOCKED,
    Copied.BROKEN,
    Copied.UNREADABLE,
    Copied.IN_THE_WAY,
)
_OF_ONE = {
    DiskTrouble.MISSING: Copied.GONE,
    DiskTrouble.LOCKED: Copied.LOCKED,
    DiskTrouble.BROKEN: Copied.BROKEN,
}


@dataclass(slots=True)
class Copying:
    """How far it is. `bytes` are those of new files, as estimated before they are made."""

    files: int = 0
    bytes: int = 0
    counts: Counter[Copied] = field(default_factory=Counter)
    troubles: dict[PurePosixPath, Copied] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be made of a file; without a conversion it is brought as it is.

    `of` is the id of the track whose it is, or the path of a file that lies beside tracks.
    """

    of: int | str
    path: PurePosixPath
    track: Track | None
    conversion: Conversion | None
    wanted: PurePosixPath
    mark: str
    size: int


class Mirroring:
    def __init__(
        self,
        files: Files,
        mirror: Mirror,
        conversion: Conversion | None,
        converter: Converter | None = None,
        *,
        dry: bool = False,
    ) -> None:
        """Without a `conversion`, all is brought as it is; `dry` tells what would be done."""
        self._files = files
        self._mirror = mirror
        self._conversion = conversion
        self._converter = converter
        self._is_dry = dry
        self._failure: StorageError | None = None

    async def run(
        self,
        tracks: Sequence[Track],
        tell: Callable[[Copying], None],
        at_once: int = 1,
        beside: Sequence[PurePosixPath] = (),
    ) -> Copying:
        """Make what is not there of tracks, and of files `beside` them.

        Raises `DiskFailure` where no more can be written.
        """
        await self._mirror.read()
        copying = Copying()
        left: Iterator[Track | PurePosixPath] = iter([*tracks, *beside])
        if not self._is_dry:
            await self._mirror.begin()
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(self._work(left, copying, tell))
        if self._failure is not None:
            raise self._failure
        return copying

    async def _work(
        self,
        left: Iterator[Track | PurePosixPath],
        copying: Copying,
        tell: Callable[[Copying], None],
    ) -> None:
        for one in left:
            if self._failure is not None:
                return
            path = one.path or PurePosixPath(one.name) if isinstance(one, Track) else one
            try:
                became = await self._one(one, path, copying)
            except DiskFailure as failure:
                self._failure = failure
                return
            copying.files += 1
            copying.counts[became] += 1
            if became in TROUBLES:
                copying.troubles[path] = became
            tell(copying)

    async def _one(
        self, one: Track | PurePosixPath, path: PurePosixPath, copying: Copying
    ) -> Copied:
        try:
            plan = await self._planned(one, path)
            if plan is None:
                return Copied.GONE
            if await self._mirror.has(plan.of, plan.wanted, plan.mark):
                return Copied.THERE
            copying.bytes += plan.size
            hindered = None if self._is_dry else await self._bring(plan)
        except DiskFailure as failure:
            if failure.kind in _OF_ONE and failure.path == self._files.locate(path):
                return _OF_ONE[failure.kind]
            raise
        return hindered or (Copied.CONVERTED if plan.conversion else Copied.AS_IT_IS)

    async def _planned(self, one: Track | PurePosixPath, path: PurePosixPath) -> _Plan | None:
        is_known = not isinstance(one, Track) or one.path is not None
        size = await self._files.size_published(path) if is_known else None
        if not size:
            return None
        if isinstance(one, Track):
            return _planned(one, path, self._conversion)
        digest = await self._files.digest_published(path)
        return _Plan(str(path), path, None, None, path, digest or "", size)

    async def _bring(self, plan: _Plan) -> Copied | None:
        """Put a file there; return what hindered that."""
        draft = self._mirror.draft()
        try:
            await self._make(plan, draft)
            await self._mirror.put(draft, plan.of, plan.wanted, plan.mark)
        except UnconvertedError:
            return Copied.UNREADABLE
        except NameTaken:
            return Copied.IN_THE_WAY
        finally:
            await self._files.copies.drop(draft)
        return None

    async def _make(self, plan: _Plan, draft: Path) -> None:
        track = plan.track
        async with self._files.plain(plan.path) as path:
            if track is None or plan.conversion is None:
                await self._files.copies.make(path, draft)
                return
            assert self._converter is not None, "nothing is converted without one"
            source = Source(path, track.description, track.duration)
            await self._converter.convert(source, plan.conversion, draft, _LARGEST)


def _planned(track: Track, path: PurePosixPath, conversion: Conversion | None) -> _Plan:
    as_it_is = _Plan(track.id, path, track, None, path, track.sha256, track.file_size)
    if conversion is None:
        return as_it_is
    assert conversion.into is not Into.SAME, "a mirror has one format"
    kind = of_name(path.name)
    wanted = conversion.made_of(kind, track.duration)
    if wanted.is_idle(kind, track.bitrate):
        return as_it_is
    ending = wanted.kind_of(kind).extension
    return _Plan(
        track.id,
        path,
        track,
        wanted,
        path.with_suffix(f".{ending}"),
        f"{track.sha256} {wanted.into} {wanted.bitrate}",
        wanted.bytes_of(track.file_size, track.duration) or 0,
    )
