"""Compares the files of the library with the catalogue, byte by byte, and orders what is not whole.

Nothing is changed by looking.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from random import Random

import structlog

from downloader.audit import Disk
from downloader.condition import condition
from downloader.intake import may_be_music
from storage.errors import DiskFailure, DiskTrouble
from storage.models import Track
from storage.store import Store
from storage.walking import Found, walk

log = structlog.get_logger(__name__)

_OF_ONE = {DiskTrouble.DENIED, DiskTrouble.LOCKED}


@dataclass(slots=True)
class Verified:
    """What was found of the `total` files that were chosen; `done` and `bytes` are so far.

    `altered` files were written into by another program, it seems on purpose; `unread` ones we may
    not read, or have no key for. `unknown` ones are music that no track has.
    """

    total: int = 0
    total_bytes: int = 0
    done: int = 0
    bytes: int = 0
    damaged: list[Track] = field(default_factory=list)
    missing: list[Track] = field(default_factory=list)
    altered: list[Track] = field(default_factory=list)
    unread: list[Track] = field(default_factory=list)
    unknown: list[PurePosixPath] = field(default_factory=list)

    @property
    def to_fetch(self) -> list[Track]:
        return [*self.missing, *self.damaged]

    @property
    def is_well(self) -> bool:
        return not (self.damaged or self.missing or self.unread or self.unknown)


@dataclass(frozen=True, slots=True)
class Verifier:
    """`music` is the folder of the library; `tell` hears how far it is after every file."""

    store: Store
    music: Path
    chance: Random
    tell: Callable[[Verified], None]

    async def run(self, share: float = 1.0) -> Verified:
        """Look at such a share of the files, chosen by chance, and for files that nobody knows.

        Raises `DiskFailure` where the library is away.
        """
        await self.store.files.parts()  # else every file would be missing
        tracks = [one for one in await self.store.catalog.every() if one.path is not None]
        chosen = self.chance.sample(tracks, math.ceil(len(tracks) * share))
        verified = Verified(len(chosen), sum(one.file_size for one in chosen))
        for track in sorted(chosen, key=lambda one: one.path or PurePosixPath()):
            await self._look(track, verified)
            verified.done += 1
            verified.bytes += track.file_size
            self.tell(verified)
        verified.unknown = await self._unknown()
        return verified

    async def _look(self, track: Track, verified: Verified) -> None:
        troubled = {
            Disk.DAMAGED: verified.damaged,
            Disk.MISSING: verified.missing,
            Disk.ALTERED: verified.altered,
        }
        try:
            found = await self._condition(track)
        except DiskFailure as failure:
            if failure.kind not in _OF_ONE:
                raise
            verified.unread.append(track)
            return
        if found in troubled:
            log.info("file is not whole", track=track.id, found=found)
            troubled[found].append(track)

    async def _condition(self, track: Track) -> Disk:
        """Look again where somebody has moved or changed the file while it was looked at."""
        found = Disk.MISSING
        now: Track | None = track
        while now is not None and now.path is not None:
            found, before = await condition(self.store, now, is_deep=True), now
            now = await self.store.catalog.get(track.id) if found is not Disk.WHOLE else None
            if now is not None and (now.path, now.sha256) == (before.path, before.sha256):
                return found
            if found is Disk.WHOLE:
                return found
        return Disk.WHOLE  # the catalogue says of no file any more that it is there

    async def _unknown(self) -> list[PurePosixPath]:
        found = await asyncio.to_thread(lambda: list(_music(self.music)))
        known = await self.store.catalog.at(found)
        left = [path for path in found if path not in known]
        # One that was published just now is entered a moment later.
        known = await self.store.catalog.at(left)
        coming = await self.store.transfers.intended_paths()
        return [path for path in left if path not in known and path not in coming]


def _music(folder: Path) -> Iterator[PurePosixPath]:
    return (one.path for one in walk(folder, may_be_music) if isinstance(one, Found))
