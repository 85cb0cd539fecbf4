"""How tracks sound, and which of them are the same by that."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.database import Database
from storage.listened import unhear
from storage.serving import settle
from storage.sound_tables import fingerprints
from storage.tables import tracks
from storage.upsert import upsert


@dataclass(frozen=True, slots=True)
class Heard:
    """How a track sounds; `outline` is None, and `bits` empty, where that tells nothing."""

    track_id: int
    length: timedelta
    outline: int | None = None
    bits: bytes = b""


class Fingerprints:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def outlines(self, length: timedelta, leeway: timedelta) -> dict[int, int]:
        """Return by track the outlines of those that are about so long."""
        its = fingerprints.c.length.between(length - leeway, length + leeway)
        wanted = select(fingerprints.c.track_id, fingerprints.c.outline).where(
            its, fingerprints.c.outline.is_not(None)
        )
        async with self._database.read() as connection:
            return {row.track_id: row.outline for row in await connection.execute(wanted)}

    async def of(self, track_ids: Collection[int]) -> dict[int, bytes]:
        """Return by track the fingerprints of these."""
        found: dict[int, bytes] = {}
        async with self._database.read() as connection:
            for some in batches(track_ids):
                its = fingerprints.c.track_id.in_(some)
                wanted = select(fingerprints.c.track_id, fingerprints.c.bits).where(its)
                found |= {row.track_id: row.bits for row in await connection.execute(wanted)}
        return found

    async def add(self, heard: Heard, same: Collection[int] = ()) -> None:
        """Enter how a track sounds, and which others sound the same: they are one recording."""
        async with self._database.write() as connection:
            family = await _joined(connection, heard.track_id, same)
            row = {
                "track_id": heard.track_id,
                "length": heard.length,
                "outline": heard.outline,
                "family": None if heard.outline is None else family,
                "bits": heard.bits,
            }
            await upsert(connection, fingerprints, row)
            if heard.outline is not None:
                await settle(
                    connection, await _names(connection, heard.track_id), of=[heard.track_id]
                )


async def unlearn(connection: AsyncConnection, track_ids: Collection[int]) -> list[int]:
    """Forget how tracks sound whose files have changed; return who else sounded so.

    They are to be settled.
    """
    mates: list[int] = []
    await unhear(connection, track_ids)
    for some in batches(track_ids):
        mates += await connection.scalars(_mates(some))
        its = fingerprints.c.track_id.in_(some)
        await connection.execute(delete(fingerprints).where(its))
    return mates


def _mates(track_ids: Collection[int]) -> Select[int]:
    """Select all tracks that sound like one of these, themselves included."""
    families = select(fingerprints.c.family).where(fingerprints.c.track_id.in_(track_ids))
    return select(fingerprints.c.track_id).where(fingerprints.c.family.in_(families))


async def _joined(connection: AsyncConnection, track_id: int, same: Collection[int]) -> int:
    """Make one family of those that sound the same, and return it."""
    families = {track_id}
    for some in batches(same):
        its = fingerprints.c.track_id.in_(some)
        wanted = select(fingerprints.c.family).where(its, fingerprints.c.family.is_not(None))
        families |= {int(family) for family in await connection.scalars(wanted) if family}
    one = min(families)
    for some in batches(families - {one}):
        its = fingerprints.c.family.in_(some)
        await connection.execute(update(fingerprints).where(its).values(family=one))
    return one


async def _names(connection: AsyncConnection, track_id: int) -> list[Any]:
    found = await connection.scalars(select(tracks.c.recording).where(tracks.c.id == track_id))
    return [key for key in found if key is not None]
