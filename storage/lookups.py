"""What public databases of music have said: their answers, and what tracks are known as there."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, exists, func, not_, or_, select

from storage.database import Database
from storage.description import Description
from storage.documents import description_document, description_from
from storage.lookup_tables import identities, lookups
from storage.models import Track
from storage.sound_tables import fingerprints
from storage.tables import documents, postings, tracks
from storage.track_rows import track_from
from storage.upsert import upsert

_TOGETHER = tracks.outerjoin(identities, identities.c.track_id == tracks.c.id)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a track is known as; ids are MusicBrainz', empty where it is not known.

    `has_front` where there is a picture of the front of the release.
    """

    description: Description = field(default_factory=Description)
    recording_id: str = ""
    release_id: str = ""
    has_front: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was kept; None says that there is nothing."""

    body: bytes | None
    fetched_at: datetime


class Lookups:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def answer(self, question: str) -> Answered | None:
        """Return what came of a question when it was asked last; None if it never was."""
        wanted = select(lookups).where(lookups.c.question == question)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).first()
        if row is None:
            return None
        return Answered(None if row.answer is None else zlib.decompress(row.answer), row.fetched_at)

    async def keep(self, question: str, body: bytes | None, now: datetime) -> None:
        answer = None if body is None else zlib.compress(body, 6)
        row = {"question": question, "answer": answer, "fetched_at": now}
        async with self._database.write() as connection:
            await upsert(connection, lookups, row)

    async def forget(self, before: datetime) -> None:
        """Drop the answers that are older than that."""
        async with self._database.write() as connection:
            await connection.execute(delete(lookups).where(lookups.c.fetched_at < before))

    async def wanting(self, after: int, now: datetime, *, heard: bool) -> Track | None:
        """Return the next track that is to be looked up: one that was fetched and is served.

        Nothing that somebody spoke is, and what people brought themselves is theirs. `heard` leaves
        out those that nobody has listened to yet.
        """
        its = (tracks.c.id > after, *_wanting(now, heard=heard))
        wanted = select(tracks).select_from(_TOGETHER).where(*its).order_by(tracks.c.id).limit(1)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).first()
        return None if row is None else track_from(row)

    async def count(self, now: datetime, *, heard: bool) -> int:
        """Return how many are to be looked up."""
        its = _wanting(now, heard=heard)
        wanted = select(func.count()).select_from(_TOGETHER).where(*its)
        async with self._database.read() as connection:
            return int(await connection.scalar(wanted) or 0)

    async def identify(
        self, track_id: int, identity: Identity, now: datetime, again_at: datetime | None = None
    ) -> None:
        """Note what a track is known as, and when to ask again where that is not all."""
        row = {
            "track_id": track_id,
            "recording_id": identity.recording_id,
            "release_id": identity.release_id,
            "description": description_document(identity.description),
            "asked_at": now,
            "again_at": again_at,
        }
        async with self._database.write() as connection:
            await upsert(connection, identities, row)

    async def of_track(self, track_id: int) -> Identity | None:
        return await self._one(select(identities).where(identities.c.track_id == track_id))

    async def of_document(self, document_id: int) -> Identity | None:
        """Return the same of the track that a document is known to hold."""
        its = select(documents.c.track_id).where(documents.c.id == document_id).scalar_subquery()
        return await self._one(select(identities).where(identities.c.track_id == its))

    async def _one(self, wanted: Select[tuple[object, ...]]) -> Identity | None:
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).first()
        if row is None:
            return None
        return Identity(description_from(row.description), row.recording_id, row.release_id)


def _wanting(now: datetime, *, heard: bool) -> tuple[ColumnElement[bool], ...]:
    spoken = exists().where(postings.c.track_id == tracks.c.id, postings.c.voice)
    listened = exists().where(fingerprints.c.track_id == tracks.c.id)
    return (
        tracks.c.path.is_not(None),
        tracks.c.document_id.is_not(None),
        tracks.c.better_id.is_(None),
        or_(identities.c.track_id.is_(None), identities.c.again_at <= now),
        not_(spoken),
        *((listened,) if heard else ()),
    )
