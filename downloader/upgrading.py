"""Has the better file of a recording that appears take over from the others.

What was said of them stands for it, always. Whether their files go to the trash is a setting.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import structlog

from downloader.clock import Clock
from downloader.editing import Editor
from downloader.events import Broadcast, Event, ItemMoved, JobMoved, TrackHeard
from downloader.merging import Merger
from downloader.supervision import keep_going
from storage.errors import DiskFailure
from storage.models import ItemState, Job, Track
from storage.recordings import LEEWAY, quality
from storage.ruling import Upgrades
from storage.store import Store

log = structlog.get_logger(__name__)


class Upgrader:
    """Where it `waits`, a new track replaces nothing before somebody has listened to it."""

    def __init__(
        self,
        store: Store,
        merger: Merger,
        editor: Editor,
        clock: Clock,
        events: Broadcast,
        upgrades: Upgrades = Upgrades.KEEP,
        *,
        waits: bool = False,
    ) -> None:
        self._store = store
        self._merger = merger
        self._editor = editor
        self._clock = clock
        self._events = events
        self._upgrades = upgrades
        self._waits = waits
        self._unheard: dict[int, Job] = {}  # jobs that have brought tracks, by these

    async def run(self) -> None:
        """Look at each track that is new, or sounds otherwise than was thought, until cancelled.

        Nothing is caught up with that happened before: a person may have decided about it since.
        """
        with self._events.listen() as heard:

            async def step() -> None:
                await self.look(await anext(heard))

            await keep_going(step, self._clock, asyncio.Event())

    async def look(self, event: Event) -> None:
        match event:
            case ItemMoved(job, item) if item.state is ItemState.SAVED and item.track_id:
                self._editor.look()
                if self._waits and self._upgrades is Upgrades.REPLACE:
                    self._unheard[item.track_id] = job
                else:
                    await self._take_over(item.track_id, job)
            case TrackHeard(track_id, changes):
                job_of = self._unheard.pop(track_id, None)
                if changes:
                    self._editor.look()
                if job_of is not None:
                    await self._take_over(track_id, job_of)
                    if changes:  # it may be the lesser by now
                        await self._replaced(track_id)

    async def _take_over(self, track_id: int, job: Job) -> None:
        """Let a new track replace what it is better than; the board of its job tells of it."""
        is_upgrade = await self._replaced(track_id, only_if_best=True)
        now = await self._store.jobs.get(job.id) if is_upgrade else None
        if now is not None:  # its board may have told of its end already
            self._events.publish(JobMoved(now))

    async def _replaced(self, track_id: int, *, only_if_best: bool = False) -> bool:
        """Move into the trash what the best of a recording outdoes; tell whether anything was."""
        if self._upgrades is Upgrades.KEEP:
            return False
        track = await self._store.catalog.get(track_id)
        if track is not None and track.better_id is not None:
            track = None if only_if_best else await self._store.catalog.get(track.better_id)
        if track is None:
            return False
        lesser = outdone(track, await self._store.duplicates.instead_of(track.id))
        try:
            ruling = await self._merger.replace(track.id, lesser) if lesser else None
        except DiskFailure as failure:
            log.warning("lesser files stay", track=track.id, error=str(failure))
            return False
        if ruling is None:
            return False
        log.info("lesser files replaced", track=track.id, ruling=ruling.id, files=ruling.tracks)
        return True


def outdone(best: Track, others: Iterable[Track]) -> list[int]:
    """Return which of the others of a recording a file may take the place of.

    They sound worse, not only look so, and are as long. What somebody has brought himself stays.
    """
    return [
        one.id
        for one in others
        if one.document_id is not None and _is_as_long(one, best) and _sounds(one) < _sounds(best)
    ]


def _is_as_long(one: Track, other: Track) -> bool:
    return bool(one.duration and other.duration) and abs(one.duration - other.duration) <= LEEWAY


def _sounds(track: Track) -> tuple[int, bool, int]:
    return quality(track.format, track.bitrate, track.grade, track.flaws)
