"""Looks up one track: by its sound where that is known, else by its names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256

import structlog

from downloader.clock import Clock
from downloader.fingerprints import unpacked
from downloader.lookup import acoustid, musicbrainz
from downloader.lookup.choosing import by_name, by_sound, release_of
from downloader.lookup.encoding import encoded
from downloader.lookup.errors import NonsenseError, RefusedError
from downloader.lookup.outside import Outside, Question, open_outside
from downloader.lookup.recording import Recording
from downloader.lookup.services import Service, Services
from downloader.lookup.shapes import Words, opened
from downloader.metadata.naming.evidence import Evidence
from downloader.metadata.naming.resolving import resolve
from downloader.metadata.naming.rules import Rules
from downloader.metadata.writing.cover import cover_of
from storage.description import Description, Reach
from storage.lookups import Identity
from storage.models import Track
from storage.store import Store

log = structlog.get_logger(__name__)

_KEPT = timedelta(days=30)
_NOTHING_KEPT = timedelta(days=7)  # they learn


@dataclass(frozen=True, slots=True)
class Terms:
    """How it is looked up: as whom, how far that reaches, and with which key of AcoustID's."""

    agent: str
    reach: Reach
    key: str = ""
    rules: Rules = field(default_factory=Rules)
    services: Services = field(default_factory=Services)


@asynccontextmanager
async def open_lookup(store: Store, clock: Clock, terms: Terms) -> AsyncIterator[Lookup]:
    async with open_outside(terms.agent, clock) as outside:
        yield Lookup(store, clock, outside, terms)


class Lookup:
    """Its methods raise `LookupFailedError`."""

    def __init__(self, store: Store, clock: Clock, outside: Outside, terms: Terms) -> None:
        self._store = store
        self._clock = clock
        self._outside = outside
        self._terms = terms
        self._services = terms.services
        self._key = terms.key
        # Tracks of one album come one after the other.
        self._front: tuple[str, bytes | None] = ("", None)

    async def identity(self, track: Track) -> Identity | None:
        """Return what a track is known as, in our way of writing; None where nobody knows."""
        its = await self._by_sound(track) or await self._by_name(track)
        if its is None:
            return None
        chosen = release_of(its, track.album)
        said = await self._asked(musicbrainz.release(chosen.id)) if chosen else None
        identity = musicbrainz.identity(its, chosen if said else None, said or {})
        return replace(identity, description=self._ours(identity.description))

    async def cover(self, release_id: str) -> bytes | None:
        """Return the picture of a release's front, if it is one that tags can hold."""
        if self._front[0] != release_id:
            self._front = release_id, await self._picture(release_id)
        return self._front[1]

    async def _picture(self, release_id: str) -> bytes | None:
        for question in musicbrainz.fronts(release_id):
            picture = await self._outside.ask(self._services.covers, question)
            if picture is not None:
                return picture if cover_of(picture) else None
        return None

    async def _by_sound(self, track: Track) -> Recording | None:
        bits = (await self._store.fingerprints.of([track.id])).get(track.id) if self._key else None
        if not bits:
            return None
        fingerprint = encoded(unpacked(bits))
        question = acoustid.question(self._key, fingerprint, track.duration)
        # The key is a secret, and nobody's business.
        name = f"sound {track.duration} {sha256(fingerprint.encode()).hexdigest()}"
        try:
            said = await self._answer(self._services.sounds, question, name)
        except RefusedError as error:
            if not acoustid.is_of_wrong_key(error.body):
                raise
            log.warning("AcoustID does not know the key, so tracks are looked up by their names")
            self._key = ""
            return None
        sounding = [self._written(one) for one in acoustid.recordings(said or {})]
        chosen = by_sound(track, sounding, self._terms.reach)
        return await self._known(chosen.id) if chosen else None

    async def _known(self, recording_id: str) -> Recording | None:
        said = await self._asked(musicbrainz.by_id(recording_id))
        # One that was merged has another id now.
        known = musicbrainz.recording(said) if said else None
        return known if known and known.id and known.title else None

    async def _by_name(self, track: Track) -> Recording | None:
        if not (track.title and track.performer and track.duration):
            return None
        said = await self._asked(musicbrainz.by_name(track.title, track.performer))
        return by_name(track, [self._written(one) for one in musicbrainz.found(said or {})])

    def _written(self, one: Recording) -> Recording:
        ours = self._ours(Description(title=one.title, artist=one.artist))
        return replace(one, title=ours.title, artist=ours.artist)

    def _ours(self, called: Description) -> Description:
        """Return it as we write names that are read from tags; so it stays when that happens."""
        found = resolve(Evidence(tags=called), self._terms.rules)
        return replace(found, provenance={})

    async def _asked(self, question: Question) -> Words | None:
        asked = "&".join(f"{name}={value}" for name, value in (question.query or {}).items())
        return await self._answer(self._services.names, question, f"{question.path}?{asked}")

    async def _answer(self, service: Service, question: Question, name: str) -> Words | None:
        """Return what was answered lately, or is now."""
        kept, now = await self._store.lookups.answer(name), self._clock.now()
        if kept and now - kept.fetched_at < (_NOTHING_KEPT if kept.body is None else _KEPT):
            return None if kept.body is None else _understood(service, kept.body)
        body = await self._outside.ask(service, question)
        said = None if body is None else _understood(service, body)
        await self._store.lookups.keep(name, body, now)
        return said


def _understood(service: Service, body: bytes) -> Words:
    try:
        return opened(body)
    except ValueError as error:
        raise NonsenseError(service.origin, "no JSON object") from error
