"""Takes what people say of tracks, and what is found of them later.

The catalogue knows it at once, their files soon after.

What is still to be written is stored, so that a kill only puts it off.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from datetime import timedelta

import structlog

from downloader.bell import Bell, wait
from downloader.clock import Clock
from downloader.events import Broadcast, TrackEdited
from downloader.metadata.naming.completing import Found, completed
from downloader.metadata.naming.editing import edited
from downloader.refiling import Refiled, Refiler
from downloader.tagging import Tagging
from storage.edits import Unwritten
from storage.errors import DiskFailure, NotStoredError
from storage.handling import aside
from storage.models import Track
from storage.store import Store

log = structlog.get_logger(__name__)

_LATER = timedelta(minutes=5)  # until a disk that failed is tried again


class Editor:
    """Without `tagging`, or where that writes nothing, files are only moved."""

    def __init__(
        self,
        store: Store,
        refiler: Refiler,
        clock: Clock,
        events: Broadcast,
        tagging: Tagging | None = None,
    ) -> None:
        self._store = store
        self._refiler = refiler
        self._clock = clock
        self._events = events
        self._tagging = tagging
        self._bell = Bell()

    @property
    def writes(self) -> bool:
        """Whether files are written into at all."""
        return self._tagging is not None and self._tagging.writes

    async def edit(
        self,
        track_id: int,
        said: Mapping[str, str],
        taken_back: Collection[str],
        person_id: int,
    ) -> Track:
        """Store what a person says of fields, by their names; an empty value says there is none.

        Of fields that are `taken_back` what was found stands again. Raises `NotStoredError` where
        there is no such track.
        """
        track = await self._store.catalog.get(track_id)
        if track is None:
            raise NotStoredError("track", track_id)
        called = edited(track.description, said)
        what = (track_id, called, said, person_id, self._clock.on_the_wall())
        # Where more is to be written, all of it is done anew after a kill.
        with aside() if taken_back else nullcontext():
            track = await self._store.edits.say(*what, taken_back=taken_back)
            if taken_back:
                track = await self._found_again(track)
        log.info("track edited", track=track_id, fields=[*said], taken_back=[*taken_back])
        self._bell.ring()
        return track

    def look(self) -> None:
        """Look for recordings that have other tracks now: what was said of one stands for all."""
        self._bell.ring()

    async def complete(self, track_id: int, found: Found) -> bool:
        """Let a track be called what was found of it, as far as that may say it, and write it.

        False where the disk failed: then it is written later, without the cover. Raises
        `NotStoredError` where there is no such track.
        """
        cover = found.cover if self.writes else None
        one = await self._store.edits.complete(
            track_id,
            lambda called: completed(called, found.description, found.reach),
            is_rewritten=cover is not None,
        )
        if one is None or await self._bring_in_line(one, cover):
            return True
        self._bell.ring()
        return False

    async def step(self) -> None:
        """Bring the files in line with what was said, and wait until more is."""
        ring = self._bell.next_ring()
        if inherited := await self._store.edits.inherit():
            log.info("edits inherited", tracks=inherited)
        done = [await self._bring_in_line(one) for one in await self._store.edits.unwritten()]
        await wait(ring, self._clock, None if all(done) else _LATER)

    async def _found_again(self, track: Track) -> Track:
        """Let what was looked up say again what nobody says any more."""
        identity = await self._store.lookups.of_track(track.id)
        if identity is None or self._tagging is None:
            return track
        found = Found(identity.description, self._tagging.reach)
        await self._store.edits.complete(
            track.id, lambda called: completed(called, found.description, found.reach)
        )
        return await self._store.catalog.get(track.id) or track

    async def _bring_in_line(self, one: Unwritten, cover: bytes | None = None) -> bool:
        try:
            refiled = await self._rewrite(one.track_id, cover)
            if refiled is not Refiled.CHANGED:
                await self._refiler.refile(one.track_id)
        except DiskFailure as failure:
            log.warning("edit not written", track=one.track_id, error=str(failure))
            return False
        is_covered = cover is not None and await self._has_cover(one.track_id)
        await self._store.edits.written(one, has_cover=is_covered)
        log.info("edit written", track=one.track_id, refiled=refiled)
        if self._tagging is not None:
            await self._tagging.accompany(one.track_id)
        self._events.publish(TrackEdited(one.track_id))
        return True

    async def _rewrite(self, track_id: int, cover: bytes | None) -> Refiled:
        if self._tagging is None:
            return Refiled.STAYED
        return await self._tagging.rewrite(track_id, self._refiler, cover)

    async def _has_cover(self, track_id: int) -> bool:
        return self._tagging is not None and await self._tagging.has_cover(track_id)
