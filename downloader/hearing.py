"""Hears of one track all that is to be known of its sound, and enters it. The parts of ffmpeg."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from downloader.families import enter_sound
from downloader.ffmpeg.fingerprint import ChromaprintMissingError, fingerprint
from downloader.ffmpeg.loudness import loudness
from downloader.ffmpeg.program import Ffmpeg, FfmpegFailedError
from downloader.ffmpeg.spectrum import spectrum
from storage.fingerprints import Heard
from storage.listened import Loudness
from storage.models import Track
from storage.sound import Aspect
from storage.store import Store

log = structlog.get_logger(__name__)


@dataclass
class Hearing:
    """`aspects` is what is listened for: one run of ffmpeg each, as decoding takes the least.

    Each is entered as soon as it was heard, so that a kill costs no more than that. What cannot be
    heard is entered as such, or it would be tried for ever.
    """

    store: Store
    ffmpeg: Ffmpeg
    aspects: Collection[Aspect]
    missing: set[Aspect] = field(default_factory=set)  # what this ffmpeg cannot do

    @property
    def wanted(self) -> frozenset[Aspect]:
        return frozenset(self.aspects) - self.missing

    async def hear(self, track: Track, aspects: Collection[Aspect]) -> bool:
        """Listen for these; tell whether that may change which of a recording is the best.

        Raises `DiskFailure` where there is no file.
        """
        assert track.path is not None
        async with self.store.files.plain(track.path) as path:
            changes = [await self._hear_for(aspect, track, path) for aspect in sorted(aspects)]
        return any(changes)

    async def _hear_for(self, aspect: Aspect, track: Track, path: Path) -> bool:
        try:
            match aspect:
                case Aspect.FINGERPRINT:
                    return await self._fingerprint(track, path)
                case Aspect.LOUDNESS:
                    return await self._loudness(track, path)
                case Aspect.SPECTRUM:
                    return await self._spectrum(track, path)
        except FfmpegFailedError as failure:
            detail = {"code": failure.code, "detail": failure.detail}
            log.debug("cannot be heard", track=track.id, aspect=aspect, **detail)
        return await self._nothing(aspect, track)

    async def _fingerprint(self, track: Track, path: Path) -> bool:
        try:
            sound = await fingerprint(self.ffmpeg, path)
        except ChromaprintMissingError:
            log.warning("ffmpeg has no chromaprint, so tracks are told by their names alone")
            self.missing.add(Aspect.FINGERPRINT)
            return False
        return bool(await enter_sound(self.store, track, sound))

    async def _loudness(self, track: Track, path: Path) -> bool:
        heard = await loudness(self.ffmpeg, path, track.duration or None)
        if heard is None:
            return await self._nothing(Aspect.LOUDNESS, track)
        found = Loudness(heard.gain.loudness, heard.gain.peak)
        await self.store.listened.add_loudness(track.id, found, heard.moments)
        return False

    async def _spectrum(self, track: Track, path: Path) -> bool:
        flaws = await spectrum(self.ffmpeg, path, track.sound)
        return await self.store.listened.add_spectrum(track.id, flaws)

    async def _nothing(self, aspect: Aspect, track: Track) -> bool:
        match aspect:
            case Aspect.FINGERPRINT:
                await self.store.fingerprints.add(Heard(track.id, track.duration))
            case Aspect.LOUDNESS:
                await self.store.listened.add_loudness(track.id, None)
            case Aspect.SPECTRUM:
                return await self.store.listened.add_spectrum(track.id, ())
        return False
