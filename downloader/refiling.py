"""Moves files of the library to where the templates want them, and rewrites them after edits.

Killed anywhere, the next run goes on where it was: what is about to happen is stored first, the
file has its new name before the catalogue tells of it, and loses its old one after that.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath

import structlog

from downloader.arrangement import Arrangement, Lying, Step, arrange, wanted_path
from storage.errors import DiskFailure, DiskTrouble, NameTaken
from storage.filings import Filed
from storage.models import Track
from storage.moves import Refiling
from storage.paths import Templates
from storage.store import Store

log = structlog.get_logger(__name__)

COVER = "cover.jpg"
LYRICS = ".lrc"

_PAGE = 500
# Troubles of the disk that are not those of one file.
_OF_ALL = {DiskTrouble.FULL, DiskTrouble.READ_ONLY, DiskTrouble.CROWDED}


class Refiled(StrEnum):
    """What became of a file."""

    MOVED = "moved"
    STAYED = "stayed"
    REWRITTEN = "rewritten"
    VANISHED = "vanished"
    CHANGED = "changed by hand"  # its content is its owner's, and is not rewritten
    STUCK = "cannot be moved"


@dataclass(slots=True)
class Outcome:
    """How far a refiling is; `troubles` are of single files."""

    counts: Counter[Refiled] = field(default_factory=Counter)
    troubles: dict[PurePosixPath, Refiled] = field(default_factory=dict)

    @property
    def files(self) -> int:
        return self.counts.total()

    def add(self, step: Step, refiled: Refiled) -> None:
        self.counts[refiled] += 1
        if refiled in {Refiled.VANISHED, Refiled.STUCK}:
            self.troubles[step.from_path] = refiled


class Refiler:
    """One file at a time; what was cut off before is brought to its end first.

    Only what was downloaded is moved, unless what was `imported` is to be as well.
    """

    def __init__(self, store: Store, templates: Templates, *, imported: bool = False) -> None:
        self._store = store
        self._templates = templates
        self._imported = imported
        self._lock = asyncio.Lock()

    async def take_up(self) -> None:
        """Bring to its end what the last run has begun. To be called before the sweep."""
        async with self._lock:
            await self._take_up()

    async def arrangement(self) -> Arrangement:
        """Tell what would move, and change nothing."""
        lying = []
        async for filed in self._every():
            path = filed.track.path
            assert path is not None
            lying.append(Lying(filed.track.id, path, self._wanted(filed)))
        return await asyncio.to_thread(arrange, lying)

    async def run(self, arrangement: Arrangement, tell: Callable[[Outcome], None]) -> Outcome:
        """Move all that is to move; a file that cannot be moved holds up no other."""
        outcome = Outcome()
        for step in arrangement.steps:
            try:
                refiled = await self.refile(step.track_id)
            except DiskFailure as failure:
                if failure.kind in _OF_ALL:
                    raise
                await self._store.files.parts()  # unless the whole library is away
                log.warning("file not moved", track=step.track_id, error=str(failure))
                refiled = Refiled.STUCK
            outcome.add(step, refiled)
            tell(outcome)
        return outcome

    async def refile(self, track_id: int) -> Refiled:
        """Move the file of a track to where the templates want it now."""
        async with self._lock:
            await self._take_up()
            filed = await self._store.filings.of(track_id)
            if filed is None:
                return Refiled.VANISHED
            return await self._move(filed.track, self._wanted(filed))

    async def rewrite(self, track_id: int, write: Callable[[Path], Awaitable[None]]) -> Refiled:
        """Let `write` change a copy of a track's file, and that be the file.

        Nothing is rewritten that its owner has changed.
        """
        async with self._lock:
            await self._take_up()
            track = await self._store.catalog.get(track_id)
            if track is None or track.path is None:
                return Refiled.VANISHED
            try:
                return await self._rewrite(track, track.path, write)
            finally:
                await self._store.files.mover.drop_copy(track_id)

    def _wanted(self, filed: Filed) -> PurePosixPath:
        return wanted_path(filed, self._templates, imported=self._imported)

    async def _every(self) -> AsyncIterator[Filed]:
        after, more = 0, True
        while more:
            page = await self._store.filings.page(after, _PAGE)
            for filed in page:
                yield filed
            after, more = (page[-1].track.id, len(page) == _PAGE) if page else (after, False)

    async def _take_up(self) -> None:
        for refiling in await self._store.moves.unfinished():
            try:
                if refiling.is_rewriting:
                    await self._finish_rewriting(refiling)
                else:
                    await self._finish(refiling)
            except NameTaken:
                await self._store.moves.end(refiling)
            except DiskFailure as failure:
                # It was told of before, and must not hold up everything else for ever.
                await self._store.files.parts()  # unless the whole library is away
                log.warning("refiling given up", track=refiling.track_id, error=str(failure))
                await self._store.moves.end(refiling)

    async def _move(self, track: Track, wanted: PurePosixPath) -> Refiled:
        own = track.path
        assert own is not None
        size = await self._store.files.size_published(own)
        if size is None:
            return Refiled.VANISHED
        if wanted == own:
            return Refiled.STAYED
        refused: list[str] = []
        while True:
            path = await self._store.files.mover.choose(wanted, own, refused)
            if path == own:
                return Refiled.STAYED
            refiling = Refiling(track.id, own, path, track.sha256, size)
            try:
                await self._store.moves.begin(refiling)
                return await self._finish(refiling)
            except NameTaken:
                # The name of a track whose file somebody took away, or somebody was faster.
                await self._store.moves.end(refiling)
                refused.append(path.name)

    async def _finish(self, refiling: Refiling) -> Refiled:
        """Do what is left to do; all of it may have been done before."""
        old, new = refiling.from_path, refiling.to_path
        mover, moves = self._store.files.mover, self._store.moves
        track = await self._store.catalog.get(refiling.track_id)
        is_switched = track is not None and track.path == new
        if not is_switched and not await mover.name(old, new, refiling.size):
            await moves.end(refiling)
            return Refiled.VANISHED
        if await moves.switch(refiling):
            await self._follow(old.with_suffix(LYRICS), new.with_suffix(LYRICS))
            await mover.take_away(old, new)
            await self._follow_cover(old.with_name(COVER), new.with_name(COVER))
            refiled = Refiled.MOVED
        else:
            # It was fetched again meanwhile, or merged: what was begun is undone.
            await mover.name(new, old, refiling.size)
            await mover.take_away(new, old)
            refiled = Refiled.STAYED
        await moves.end(refiling)
        log.info("file moved", track=refiling.track_id, refiled=refiled)
        return refiled

    async def _follow_cover(self, old: PurePosixPath, new: PurePosixPath) -> None:
        """Let the cover of a folder go with the last of its tracks."""
        if await self._store.files.mover.neighbours(old) != {COVER}:
            return
        await self._follow(old, new)
        if await self._store.companions.is_ours(old):
            await self._store.companions.drop(old)
            await self._store.files.mover.take_away(old, new)

    async def _follow(self, old: PurePosixPath, new: PurePosixPath) -> None:
        """Move what lies beside a file, if there is room for it."""
        mover = self._store.files.mover
        size = await self._store.files.size_published(old)
        if size is None or old == new:
            return
        try:
            await mover.name(old, new, size)
        except NameTaken:
            return
        await self._store.companions.renamed(old, new)
        await mover.take_away(old, new)

    async def _rewrite(
        self, track: Track, path: PurePosixPath, write: Callable[[Path], Awaitable[None]]
    ) -> Refiled:
        mover = self._store.files.mover
        copied = await mover.copy(path, track.id)
        if copied is None:
            return Refiled.VANISHED
        if copied.sha256 != track.sha256:
            return Refiled.CHANGED
        await write(copied.path)
        settled = await mover.settled(track.id)
        if settled is None or settled[0] == track.sha256:
            return Refiled.STAYED
        refiling = Refiling(track.id, path, path, *settled)
        await self._store.moves.begin(refiling)
        is_replaced = await mover.replace(path, copied)
        if is_replaced:
            await self._store.moves.switch(refiling)
        await self._store.moves.end(refiling)
        return Refiled.REWRITTEN if is_replaced else Refiled.CHANGED

    async def _finish_rewriting(self, refiling: Refiling) -> None:
        """Go on with a rewriting that was cut off, if its copy is still whole."""
        path, mover = refiling.to_path, self._store.files.mover
        track = await self._store.catalog.get(refiling.track_id)
        is_new = await self._store.files.digest_published(path) == refiling.sha256
        if not is_new and track is not None and track.path == path:
            settled = await mover.settled(refiling.track_id)
            if settled == (refiling.sha256, refiling.size):
                is_new = await mover.replace_of(path, refiling.track_id, track.sha256)
        if is_new:
            await self._store.files.settle(path)
            await self._store.moves.switch(refiling)
        await mover.drop_copy(refiling.track_id)
        await self._store.moves.end(refiling)
