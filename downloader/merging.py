"""Moves files into the trash, where they are not wanted, and back, where that was not meant.

Killed anywhere, the next start goes on where it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from itertools import count
from pathlib import PurePosixPath

import structlog

from downloader.accompanying import leave_alone
from downloader.clock import Clock
from downloader.events import Broadcast, LibraryChanged
from downloader.publishing import is_there
from storage.errors import DiskFailure, FileGoneError, NameTaken
from storage.handling import aside
from storage.names import numbered
from storage.ruling import RulingKind, RulingState
from storage.rulings import Moved, Ruling
from storage.store import Store
from storage.trash import Rubbish

log = structlog.get_logger(__name__)

_PAGE = 500


class Merger:
    """One thing at a time; what was cut off before is brought to its end first.

    `accompany` lays beside a track that has come back what belongs there.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        events: Broadcast,
        accompany: Callable[[int], Awaitable[None]] | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._events = events
        self._accompany = accompany
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

    async def remove(
        self,
        track_ids: Collection[int],
        *,
        best_id: int | None = None,
        chat_id: int | None = None,
    ) -> Ruling | None:
        """Keep no file of these tracks; None where there is none.

        They are of the recording that `best_id` serves, or more than is kept of a chat.
        """
        async with self._lock:
            await self._take_up()
            now = self._clock.on_the_wall()
            ruling = await self._store.rulings.remove(
                track_ids, now, best_id=best_id, chat_id=chat_id
            )
            return await self._moved_out(ruling)

    async def replace(self, best_id: int, lesser: Collection[int]) -> Ruling | None:
        """Do so for some of the others; None where the best is not there, or none of them is."""
        async with self._lock:
            await self._take_up()
            if not await self._is_there(best_id):
                return None
            return await self._merge([best_id], only=lesser)

    async def keep_apart(self, best_id: int) -> Ruling | None:
        async with self._lock:
            await self._take_up()
            return await self._store.rulings.keep_apart(best_id, self._clock.on_the_wall())

    async def undo(self, ruling_id: int) -> Ruling | None:
        """Take a ruling back, and bring its files to where they were, or to a name beside it."""
        async with self._lock:
            await self._take_up()
            ruling = await self._store.rulings.undo(ruling_id)
            if ruling is not None and ruling.kind is not RulingKind.APART:
                await self._move_back(ruling)
            return ruling

    async def empty(self, last: int) -> Rubbish | None:
        """Delete for good what lies in the trash by rulings up to the last one named, if any."""
        async with self._lock:
            await self._take_up()
            with aside():  # what has been emptied is what counts
                await self._store.rulings.forget_moves(last)
            emptied = await self._store.files.trash.empty(last)
            log.info("trash emptied", files=emptied.files, size=emptied.size)
            return emptied if emptied.files else None

    async def _take_up(self) -> None:
        with aside():  # nothing of it is what is asked for now
            await self._end_unfinished()

    async def _end_unfinished(self) -> None:
        for ruling in await self._store.rulings.unfinished():
            is_outward = ruling.state is RulingState.INTENDED
            try:
                await (self._move_out(ruling) if is_outward else self._move_back(ruling))
            except DiskFailure as failure:
                # It was told of before, and must not hold up everything else for ever.
                await self._store.files.trash.rubbish()  # unless the whole library is away
                log.warning("ruling given up", ruling=ruling.id, error=str(failure))
                await (self._leave_stuck if is_outward else self._store.rulings.keep)(ruling)

    async def _merge(
        self,
        best_ids: Collection[int],
        last: int | None = None,
        only: Collection[int] | None = None,
    ) -> Ruling | None:
        now = self._clock.on_the_wall()
        return await self._moved_out(await self._store.rulings.merge(best_ids, now, last, only))

    async def _moved_out(self, ruling: Ruling | None) -> Ruling | None:
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
            if await self._is_needed(ruling, one):
                needed.append(one.track_id)
            else:
                await self._take(ruling, one)
        if await self._store.rulings.leave_out(ruling, needed):
            await self._store.rulings.stand(ruling)
        self._events.publish(LibraryChanged())
        moved, said = ruling.tracks - len(needed), ruling.kind
        log.info("files removed", ruling=ruling.id, said=said, files=moved, needed=len(needed))

    async def _take(self, ruling: Ruling, one: Moved) -> None:
        await self._store.files.trash.take(one.path, ruling.id, one.track_id)
        await leave_alone(self._store, one.path)

    async def _is_needed(self, ruling: Ruling, one: Moved) -> bool:
        """Tell whether a file must stay.

        Since its removal was intended it was moved; or the better one has gone, for which it was.
        """
        track = await self._store.catalog.get(one.track_id)
        if ruling.kind is RulingKind.REMOVED:
            return track is None or track.path != one.path
        better_id = track.better_id if track is not None else None
        if better_id is not None and await self._is_there(better_id):
            return False
        return await self._store.files.trash.is_outside(one.path)

    async def _leave_stuck(self, ruling: Ruling) -> None:
        """Let what can be moved be gone, and the other files stay where they are."""
        stuck = [
            one.track_id
            for one in await self._store.rulings.moved(ruling.id)
            if not await self._is_taken(ruling, one)
        ]
        if await self._store.rulings.leave_out(ruling, stuck):
            await self._store.rulings.stand(ruling)

    async def _is_taken(self, ruling: Ruling, one: Moved) -> bool:
        try:
            if await self._is_needed(ruling, one):
                return False
            await self._take(ruling, one)
        except DiskFailure:
            return not await self._store.files.trash.is_outside(one.path)
        return True

    async def _move_back(self, ruling: Ruling) -> None:
        for one in await self._store.rulings.moved(ruling.id):
            await self._bring_back(ruling, one)
        await self._store.rulings.forget(ruling)
        self._events.publish(LibraryChanged())
        log.info("ruling undone", ruling=ruling.id, tracks=ruling.tracks)

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
                if self._accompany is not None:
                    await self._accompany(one.track_id)
            return

    async def _beside(self, path: PurePosixPath, number: int) -> PurePosixPath:
        return await self._store.files.choose(path.with_name(numbered(path.name, number)))
