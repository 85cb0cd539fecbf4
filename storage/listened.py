"""What was heard of tracks, and what of it their files do not say yet."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import compress
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, exists, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.columns import micros
from storage.database import Database
from storage.models import Track
from storage.serving import settle
from storage.sound import Aspect, Flaw, graded
from storage.sound_tables import fingerprints, listened
from storage.tables import postings, tracks
from storage.track_rows import flaws_text, track_from
from storage.upsert import upsert

_BY_SPECTRUM = frozenset({Flaw.FAKE_LOSSLESS, Flaw.UPSAMPLED, Flaw.SILENT})
_AUDIBLE = 0.1  # decibels: files are not written anew for less
# A track of no album is a group by itself. What its album was reckoned of tells when that is over.
_ALBUMS = """
select json_group_array(t.id) as ids, count(*) || ':' || sum(t.id) as mark, count(*) as number
from tracks t left join listened l on l.track_id = t.id where t.path is not null
group by case when t.album = '' then t.id end, t.album, t.disc_number,
 case when t.album_artist <> '' then t.album_artist when t.is_compilation then ''
 else t.performer end
having (number > 1 and number = sum(coalesce(l.loudness_heard, 0)) and max(t.added_at) < ?
  and (min(coalesce(l.album_tracks, '')) <> mark or max(coalesce(l.album_tracks, '')) <> mark))
 or (number = 1 and max(l.album_tracks) is not null)
limit ?
"""


@dataclass(frozen=True, slots=True)
class Unheard:
    """A track with a file, and for what nobody has listened to it."""

    track: Track
    aspects: frozenset[Aspect]


@dataclass(frozen=True, slots=True)
class Loudness:
    """In LUFS, and the true peak, 1.0 where the scale ends."""

    lufs: float
    peak: float


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud a track is, and its album; None where that is not known."""

    track: Loudness | None = None
    album: Loudness | None = None


@dataclass(frozen=True, slots=True)
class Album:
    """Tracks of one album whose loudness is to be reckoned; `mark` is None where it is none."""

    track_ids: tuple[int, ...]
    mark: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """What a track is of the loudness of its album."""

    moments: bytes
    peak: float


class Listened:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def unheard(self, aspects: Collection[Aspect], after: int, limit: int) -> list[Unheard]:
        """Return tracks that nobody has listened to for all of these, the oldest after that one."""
        missing = {aspect: _is_missing(aspect) for aspect in sorted(aspects)}
        wanted = (
            select(tracks, *(claim.label(f"no_{aspect}") for aspect, claim in missing.items()))
            .outerjoin(listened, listened.c.track_id == tracks.c.id)
            .outerjoin(fingerprints, fingerprints.c.track_id == tracks.c.id)
            .where(tracks.c.id > after, tracks.c.path.is_not(None), or_(*missing.values()))
            .order_by(tracks.c.id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return [
                Unheard(track_from(row), frozenset(compress(missing, row[-len(missing) :])))
                for row in await connection.execute(wanted)
            ]

    async def add_loudness(
        self, track_id: int, found: Loudness | None, moments: bytes = b""
    ) -> None:
        """Enter how loud a track is, and from moment to moment; None where nothing is heard."""
        row = {
            "track_id": track_id,
            "loudness_heard": True,
            "loudness": found.lufs if found else None,
            "peak": found.peak if found else None,
            "moments": moments,
            "is_written": False,
        }
        async with self._database.write() as connection:
            await upsert(connection, listened, row)

    async def add_spectrum(self, track_id: int, found: Collection[Flaw]) -> bool:
        """Enter what the spectrum says against a track; tell whether its grade is another one."""
        async with self._database.write() as connection:
            await upsert(connection, listened, {"track_id": track_id, "spectrum_heard": True})
            this = tracks.c.id == track_id
            track = track_from((await connection.execute(select(tracks).where(this))).one())
            flaws = (track.flaws - _BY_SPECTRUM) | {*found}
            is_known = bool(flaws or track.codec or track.grade is not None)
            grade = graded(track.sound, flaws) if is_known else None
            if (flaws, grade) == (track.flaws, track.grade):
                return False
            values = {"flaws": flaws_text(flaws), "grade": grade}
            changed = update(tracks).where(this).values(values).returning(tracks.c.recording)
            key = await connection.scalar(changed)
            await settle(connection, [key] if key else [], of=[track_id])
        return True

    async def levels(self, track_id: int) -> Levels:
        wanted = select(listened).where(listened.c.track_id == track_id)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).first()
        return Levels() if row is None else _levels(row)

    async def albums(self, rested: datetime, limit: int) -> list[Album]:
        """Return albums that have changed since they were reckoned, all of whose tracks are heard.

        None of them has come since `rested`; so none is reckoned again and again while it grows.
        """
        async with self._database.read() as connection:
            rows = await connection.exec_driver_sql(_ALBUMS, (micros(rested), limit))
            return [
                Album(tuple(json.loads(row.ids)), row.mark if row.number > 1 else None)
                for row in rows
            ]

    async def shares(self, track_ids: Collection[int]) -> list[Share]:
        """Return what these tracks are of their album; what is silent is nothing of it."""
        found: list[Share] = []
        async with self._database.read() as connection:
            for some in batches(track_ids):
                its = listened.c.track_id.in_(some) & listened.c.loudness.is_not(None)
                rows = await connection.execute(select(listened).where(its))
                found += [Share(row.moments, row.peak) for row in rows]
        return found

    async def level(self, album: Album, found: Loudness | None) -> None:
        """Let an album be so loud; only files that would sound otherwise are to be written."""
        async with self._database.write() as connection:
            for some in batches(album.track_ids):
                its = listened.c.track_id.in_(some)
                rows = (await connection.execute(select(listened).where(its))).all()
                await connection.execute(
                    update(listened).where(its).values(album_tracks=album.mark)
                )
                others = [row.track_id for row in rows if _differ(_levels(row).album, found)]
                values = {
                    "album_loudness": found.lufs if found else None,
                    "album_peak": found.peak if found else None,
                    "is_written": False,
                }
                these = listened.c.track_id.in_(others)
                await connection.execute(update(listened).where(these).values(values))

    async def unwritten(self, after: int, limit: int) -> list[int]:
        """Return tracks whose files do not say how loud they are, the oldest after that one.

        Neither what was imported nor voice is written into unasked.
        """
        its = listened.c.loudness.is_not(None) & listened.c.is_written.is_(False)
        spoken = exists().where(postings.c.track_id == tracks.c.id, postings.c.voice)
        wanted = (
            select(listened.c.track_id)
            .join(tracks, tracks.c.id == listened.c.track_id)
            .where(its, tracks.c.path.is_not(None), tracks.c.document_id.is_not(None), ~spoken)
            .where(listened.c.track_id > after)
            .order_by(listened.c.track_id)
            .limit(limit)
        )
        async with self._database.read() as connection:
            return list(await connection.scalars(wanted))

    async def written(self, track_id: int, levels: Levels) -> None:
        """Note that a file says that, or never will, unless it is known otherwise meanwhile."""
        async with self._database.write() as connection:
            its = listened.c.track_id == track_id
            row = (await connection.execute(select(listened).where(its))).first()
            if row is not None and _levels(row) == levels:
                await connection.execute(update(listened).where(its).values(is_written=True))


async def unhear(connection: AsyncConnection, track_ids: Collection[int]) -> None:
    """Forget what was heard of tracks that have other files now."""
    for some in batches(track_ids):
        await connection.execute(delete(listened).where(listened.c.track_id.in_(some)))


def _is_missing(aspect: Aspect) -> ColumnElement[bool]:
    match aspect:
        case Aspect.FINGERPRINT:
            return fingerprints.c.track_id.is_(None)
        case Aspect.LOUDNESS:
            return listened.c.loudness_heard.is_not(true())
        case Aspect.SPECTRUM:
            return listened.c.spectrum_heard.is_not(true())


def _levels(row: Row[Any]) -> Levels:
    track = None if row.loudness is None else Loudness(row.loudness, row.peak)
    album = None if row.album_loudness is None else Loudness(row.album_loudness, row.album_peak)
    return Levels(track, album)


def _differ(one: Loudness | None, other: Loudness | None) -> bool:
    if one is None or other is None:
        return one is not other
    # A peak is a part of the scale: a hundredth of it is a tenth of a decibel at its end.
    return max(abs(one.lufs - other.lufs), 10 * abs(one.peak - other.peak)) >= _AUDIBLE
