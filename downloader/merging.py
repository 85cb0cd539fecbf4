"""Keeps of a recording the best file, and moves the others into the trash, and back if wanted.

Killed anywhere, the next start goes on where it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from itertools import count
from pathlib import PurePosixPath

import structlog

from downloader.clock import Clock
from downloader.publishing import is_there
from storage.errors import DiskFailure, FileGoneError, NameTaken
from storage.models import RulingKind, RulingState
from storage.names import numbered
from storage.rulings import Moved, Ruling
from storage.store import Store
from storage.trash import Rubbish

log = structlog.get_logger(__name__)

_PAGE = 500


class Merger:
    """One thing at a time; what was cut off before is brought to its end first."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = asyncio.Lock()

    async def take_up(self) -> None:
        """Bring to its end what the last run has begun."""
        async with self._lock:
            await self._take_up()

    async def merge(self, best_id: int) -> Ruling | None:
        """Keep the best file of a recording; None where there is no other.

        Raises `FileGoneError`: nothing moves when the best is not there.
        """
        async with self._lock:
            await self._take_up()
            if not await self._is_there(best_id):
                raise FileGoneError(best_id)
            return await self._merge([best_id])

    async def merge_all(self, last: int) -> Ruling | None:
        """Do so for all recordings, among tracks up to the last one that a person was told of.

        One whose best file is not there is left as it is.
        """
        async with self._lock:
            await self._take_up()
            return await self._merge(await self._bests(last), last)

    async def keep_apart(self, best_id: int) -> Ruling | None:
        async with self._lock:
            await self._take_up()
            return await self._store.rulings.keep_apart(best_id, self._clock.on_the_wall())

    async def undo(self, ruling_id: int) -> Ruling | None:
        """Take a ruling back, and bring its files to where they were, or to a name beside it."""
        async with self._lock:
            await self._take_up()
            ruling = await self._store.rulings.undo(ruling_id)
            if ruling is not None and ruling.kind is RulingKind.MERGED:
                await self._move_back(ruling)
            return ruling

    async def empty(self, last: int) -> Rubbish | None:
        """Delete for good what lies in the trash by rulings up to the last one named, if any."""
        async with self._lock:
            await self._take_up()
            await self._store.rulings.forget_merges(last)
            emptied = await self._store.files.trash.empty(last)
            log.info("trash emptied", files=emptied.files, size=emptied.size)
            return emptied if emptied.files else None

    async def _take_up(self) -> None:
        for ruling in await self._store.rulings.unfinished():
            is_merge = ruling.state is RulingState.INTENDED
            try:
                await (self._move_out(ruling) if is_merge else self._move_back(ruling))
            except DiskFailure as failure:
                # It was told of before, and must not hold up everything else for ever.
                await self._store.files.trash.rubbish()  # unless the whole library is away
                log.warning("merge given up", ruling=ruling.id, error=str(failure))
                await (self._leave_stuck(ruling) if is_merge else self._store.rulings.keep(ruling))

    async def _merge(self, best_ids: Collection[int], last: int | None = None) -> Ruling | None:
        now = self._clock.on_the_wall()
        ruling = await self._store.rulings.merge(best_ids, now, last)
        if ruling is None:
            return None
        await self._move_out(ruling)
        return await self._store.rulings.get(ruling.id)

    async def _bests(self, last: int) -> list[int]:
        found: list[int] = []
        after, more = 0, True
        while more:
            page = await self._store.duplicates.page(_PAGE, after)
            ids = [group.best_id for group in page.shown]
            found += [one for one in ids if one <= last and await self._is_there(one)]
            after, more = max(ids, default=0), page.more and bool(ids)
        return found

    async def _is_there(self, track_id: int) -> bool:
        track = await self._store.catalog.get(track_id)
        return track is not None and await is_there(self._store, track)

    async def _move_out(self, ruling: Ruling) -> None:
        needed = []
        for one in await self._store.rulings.moved(ruling.id):
            if await self._is_needed(one):
                needed.append(one.track_id)
            else:
                await self._store.files.trash.take(one.path, ruling.id, one.track_id)
        if await self._store.rulings.leave_out(ruling, needed):
            await self._store.rulings.stand(ruling)
        moved = ruling.tracks - len(needed)
        log.info("recordings merged", ruling=ruling.id, tracks=moved, needed=len(needed))

    async def _is_needed(self, one: Moved) -> bool:
        """Tell whether a file must stay: since the merge was intended, the better one has gone."""
        track = await self._store.catalog.get(one.track_id)
        better_id = track.better_id if track is not None else None
        if better_id is not None and await self._is_there(better_id):
            return False
        return await self._store.files.trash.is_outside(one.path)

    async def _leave_stuck(self, ruling: Ruling) -> None:
        """Let what can be moved be merged, and the other files stay where they are."""
        stuck = [
            one.track_id
            for one in await self._store.rulings.moved(ruling.id)
            if not await self._is_taken(ruling, one)
        ]
        if await self._store.rulings.leave_out(ruling, stuck):
            await self._store.rulings.stand(ruling)

    async def _is_taken(self, ruling: Ruling, one: Moved) -> bool:
        try:
            if await self._is_needed(one):
                return False
            await self._store.files.trash.take(one.path, ruling.id, one.track_id)
        except DiskFailure:
            return not await self._store.files.trash.is_outside(one.path)
        return True

    async def _move_back(self, ruling: Ruling) -> None:
        for one in await self._store.rulings.moved(ruling.id):
            await self._bring_back(ruling, one)
        await self._store.rulings.forget(ruling)
        log.info("merge undone", ruling=ruling.id, tracks=ruling.tracks)

    async def _bring_back(self, ruling: Ruling, one: Moved) -> None:
        """Bring a file back; one that was fetched again meanwhile stays in the trash."""
        for number in count(1):
            path = one.path if number == 1 else await self._beside(one.path, number)
            try:
                if not await self._store.rulings.intend(ruling, one.track_id, path):
                    return
                back = await self._store.files.trash.give_back(path, ruling.id, one.track_id)
            except NameTaken:
                continue
            if back:
                await self._store.rulings.enter_again(one.track_id, path)
            return

    async def _beside(self, path: PurePosixPath, number: int) -> PurePosixPath:
        return await self._store.files.choose(path.with_name(numbered(path.name, number)))
