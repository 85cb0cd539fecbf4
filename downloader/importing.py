"""Enters an existing folder of music in the catalogue, a group of files at a time.

Whatever ends it in between, the next run passes over what was entered, and goes on from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path, PurePosixPath

from downloader.clock import Clock
from downloader.intake import (
    Extent,
    Intake,
    Placed,
    Trouble,
    groups,
    is_known,
    local_file,
    may_be_music,
)
from downloader.metadata.children import ReaderBrokenError
from downloader.metadata.naming.rules import Rules
from downloader.metadata.reader import Reader, kind_by_bytes
from downloader.metadata.tags import Tags, TagsUnreadableError
from storage.errors import DiskFailure, DiskTrouble
from storage.formats import Kind, of_name
from storage.models import LocalFile
from storage.sound import Flaw
from storage.store import Store
from storage.walking import Found, Unseen, walk

IMPORTED = PurePosixPath("Imported")  # where files of elsewhere go

_LOOKED_UP = 1000  # files whose tracks are looked up at once
_HANDS = 2  # one file's tags are read while another's digest is computed
# Troubles of the disk that are not those of one file.
_OF_ALL = {DiskTrouble.FULL, DiskTrouble.READ_ONLY, DiskTrouble.CROWDED}


async def extent(folder: Path, tell: Callable[[Extent], None]) -> Extent:
    """Measure what is below a folder; `tell` hears how much it is so far."""
    so_far = Extent(0, 0)
    async for some in _found(folder):
        size = sum(one.size for one in some if isinstance(one, Found))
        so_far = Extent(so_far.files + len(some), so_far.bytes + size)
        tell(so_far)
    return so_far


@dataclass(frozen=True, slots=True)
class Importer:
    """Imports `folder`, which is `inside` the library, or elsewhere: then its files are copied.

    `tell` hears how far it is after every file.
    """

    store: Store
    reader: Reader
    clock: Clock
    folder: Path
    inside: PurePosixPath | None
    tell: Callable[[Intake], None]
    rules: Rules = field(default_factory=Rules)

    async def look(self) -> Intake:
        """Count what would be entered, and change nothing."""
        intake = Intake()
        async for some in _found(self.folder):
            placed = [Placed(found, self._wanted(found)) for found in _seen(some, intake)]
            for file in await self._fresh(placed, intake):
                if await self._is_audio(file.found, intake):
                    intake.enter(file.found)
            self.tell(intake)
        return intake

    async def run(self) -> Intake:
        """Enter every file that can be.

        Raises `StorageError` or `ReaderBrokenError` where none can.
        """
        intake = Intake()
        async for some in _found(self.folder):
            placed = await self._placed(_seen(some, intake), intake)
            for group in groups(await self._fresh(placed, intake)):
                await self._enter(group, intake)
            self.tell(intake)
        return intake

    def _wanted(self, found: Found) -> PurePosixPath:
        return (IMPORTED if self.inside is None else self.inside) / found.path

    async def _placed(self, files: Iterable[Found], intake: Intake) -> list[Placed]:
        """Bring the files into the library, if they are not in it."""
        if self.inside is not None:
            return [Placed(found, self._wanted(found)) for found in files]
        placed = []
        for found in files:
            if not await self._is_audio(found, intake):
                continue
            path = await self._brought(found)
            if path is None:
                intake.leave_out(found.path, Trouble.UNREADABLE, found.size)
            else:
                placed.append(Placed(found, path))
        return placed

    async def _is_audio(self, found: Found, intake: Intake) -> bool:
        """Tell by its bytes whether a file is music; else it is left out."""
        try:
            kind = await asyncio.to_thread(kind_by_bytes, self.folder / found.path)
        except DiskFailure as failure:
            if failure.kind in _OF_ALL:
                raise
            intake.leave_out(found.path, Trouble.UNREADABLE, found.size)
            return False
        if kind is None:
            intake.leave_out(found.path, Trouble.NO_AUDIO, found.size)
        return kind is not None

    async def _brought(self, found: Found) -> PurePosixPath | None:
        source = self.folder / found.path
        try:
            return await self.store.files.bring(source, self._wanted(found))
        except DiskFailure as failure:
            if failure.path != source or failure.kind in _OF_ALL:
                raise
            return None

    async def _fresh(self, placed: Sequence[Placed], intake: Intake) -> list[Placed]:
        """Return what the catalogue does not know as it is now."""
        tracks = await self.store.catalog.at([file.path for file in placed])
        fresh = []
        for file in placed:
            if is_known(file.found, tracks.get(file.path)):
                intake.recognise(file.found)
            else:
                fresh.append(file)
        return fresh

    async def _enter(self, group: Sequence[Placed], intake: Intake) -> None:
        read: list[LocalFile] = []
        try:
            await self._read(group, read, intake)
        finally:
            # What was read before a Ctrl-C is entered, too.
            await self.store.imports.add(read, self.clock.now())

    async def _read(self, group: Sequence[Placed], read: list[LocalFile], intake: Intake) -> None:
        """Read the files of a group.

        Raises `DiskFailure` or `ReaderBrokenError` where that is no fault of one of them.
        """
        waiting = iter(group)
        failures: list[DiskFailure | ReaderBrokenError] = []

        async def work() -> None:
            for file in waiting:
                try:
                    await self._read_one(file, read, intake)
                except (DiskFailure, ReaderBrokenError) as failure:
                    failures.append(failure)
                if failures:
                    return
                self.tell(intake)

        async with asyncio.TaskGroup() as tasks:
            for _ in range(_HANDS):
                tasks.create_task(work())
        if failures:
            raise failures[0]

    async def _read_one(self, file: Placed, read: list[LocalFile], intake: Intake) -> None:
        found = file.found
        try:
            kind, tags, flaws = await self._tags(file.path)
            sha256 = await self.store.files.digest_published(file.path) if kind else None
        except DiskFailure as failure:
            if failure.kind in _OF_ALL:
                raise
            intake.leave_out(found.path, Trouble.UNREADABLE, found.size)
            return
        if kind is None or sha256 is None:
            trouble = Trouble.UNREADABLE if kind else Trouble.NO_AUDIO
            intake.leave_out(found.path, trouble, found.size)
            return
        read.append(local_file(file, sha256, kind, tags, flaws, self.rules))
        intake.enter(found)
        if tags is None:
            intake.troubles[found.path] = Trouble.NO_TAGS

    async def _tags(self, path: PurePosixPath) -> tuple[Kind | None, Tags | None, frozenset[Flaw]]:
        """Return no kind for what is no audio, and no tags where they cannot be read."""
        try:
            async with self.store.files.plain(path) as plain:
                tags = await self.reader.read(plain)
        except TagsUnreadableError as error:
            return error.kind, None, error.flaws
        return of_name(f"_.{tags.format}"), tags, tags.flaws


def _seen(some: Iterable[Found | Unseen], intake: Intake) -> Iterator[Found]:
    for one in some:
        if isinstance(one, Found):
            yield one
        else:
            intake.leave_out(one.path, Trouble.NAME if one.nameless else Trouble.UNREADABLE)


async def _found(folder: Path) -> AsyncIterator[list[Found | Unseen]]:
    """Walk in a thread, and never far ahead."""
    walking = walk(folder, may_be_music)
    while some := await asyncio.to_thread(lambda: list(islice(walking, _LOOKED_UP))):
        yield some
