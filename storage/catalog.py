"""The catalogue: one track per Telegram document, and the postings that carry it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    bindparam,
    case,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.database import Database
from storage.deed_rows import enter_deeds
from storage.entering import put_document, put_track
from storage.entry import Entry
from storage.fates import origin_columns
from storage.item_rows import move_item
from storage.models import Audio, Item, ItemState, Posting, Sameness, Track
from storage.serving import alike, settle
from storage.tables import documents, postings, tracks
from storage.track_rows import track_from
from storage.transfers import forget_transfer
from storage.upsert import upsert

_NEWEST = 20  # postings of one track: more need nobody
_HAS_FILE = tracks.c.path.is_not(None)


class Catalog:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, track_id: int) -> Track | None:
        return await self._one(tracks.c.id == track_id)

    async def by_document(self, document_id: int) -> Track | None:
        async with self._database.read() as connection:
            row = (await connection.execute(_one_document(), {"document": document_id})).first()
        return track_from(row) if row else None

    async def by_path(self, path: PurePosixPath) -> Track | None:
        return await self._one(tracks.c.path == path)

    async def many(self, track_ids: Sequence[int]) -> list[Track]:
        """Return these tracks in this order, without those that are not there."""
        found: dict[int, Track] = {}
        async with self._database.read() as connection:
            for some in batches(track_ids):
                rows = await connection.execute(select(tracks).where(tracks.c.id.in_(some)))
                found |= {row.id: track_from(row) for row in rows}
        return [found[one] for one in track_ids if one in found]

    async def postings_of(self, track_id: int) -> list[Posting]:
        """Return the newest postings that carry the track, as far as known, the newest first."""
        wanted = select(postings).where(postings.c.track_id.in_(alike([track_id])))
        wanted = wanted.where(postings.c.gone_at.is_(None))
        newest = wanted.order_by(postings.c.posted_at.desc(), postings.c.message_id.desc())
        async with self._database.read() as connection:
            rows = await connection.execute(newest.limit(_NEWEST))
            return [Posting(row.chat_id, row.message_id) for row in rows]

    async def every(self) -> list[Track]:
        """Return all tracks, oldest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(tracks).order_by(tracks.c.id))
            return [track_from(row) for row in rows]

    async def known(self, document_ids: Collection[int]) -> dict[int, Track]:
        """Return the tracks there are among these documents, by document."""
        found: dict[int, Track] = {}
        async with self._database.read() as connection:
            for some in batches(document_ids):
                rows = await connection.execute(_of_documents().where(documents.c.id.in_(some)))
                found |= {row.known_document: track_from(row) for row in rows}
        return found

    async def has_files(self) -> bool:
        """Tell whether the library ought to hold any file."""
        wanted = select(tracks.c.id).where(_HAS_FILE).limit(1)
        async with self._database.read() as connection:
            return await connection.scalar(wanted) is not None

    async def extent(self) -> tuple[int, int]:
        """Return how many tracks there are that nobody has removed, and their bytes."""
        counted = select(func.count(), func.coalesce(func.sum(tracks.c.size), 0))
        counted = counted.where(tracks.c.removed_at.is_(None))
        async with self._database.read() as connection:
            count, size = (await connection.execute(counted)).one()
        return count, size

    async def save(
        self,
        item: Item,
        *,
        path: PurePosixPath,
        size: int,
        mime: str,
        sha256_source: str,
        sha256: str,
        now: datetime,
        detail: str = "",
        entry: Entry | None = None,
    ) -> Track:
        """Enter a published file: track, posting, item and the end of its transfer, or nothing.

        `size` is of the bytes as they came. `detail` is what the item keeps.
        Raises `NameTaken` when another track has that path.
        """
        assert item.audio is not None
        audio = item.audio
        file = {
            "path": path,
            "size": size,
            "mime": mime,
            "sha256_source": sha256_source,
            "sha256": sha256,
        }
        async with self._database.write() as connection:
            track = await put_track(connection, audio, file, now, entry)
            await _put_posting(connection, audio, track.id)
            await _end(connection, item.id, ItemState.SAVED, track.id, detail)
            await forget_transfer(connection, audio.document_id)
        return track

    async def link(self, item: Item, track: Track, same: Sameness) -> Item:
        """Enter that this posting carries a track we have, and end the item, or nothing.

        A document that is known stays that of its own track, which may be merged with this one.
        What came of a document to tell it by its bytes is claimed no more: its part may go.
        """
        assert item.audio is not None
        document_id = item.audio.document_id
        async with self._database.write() as connection:
            own = await _own_track(connection, document_id) if same is Sameness.DOCUMENT else None
            if own is None:
                await put_document(connection, document_id, track.id)
            await _put_posting(connection, item.audio, own or track.id)
            if same is Sameness.BYTES:
                await forget_transfer(connection, document_id)
            return await _end(connection, item.id, ItemState.LINKED, track.id, same)

    async def lose(self, track: Track) -> None:
        """Only remember a track whose file is gone, unless it has another one by now.

        Where its recording has another track, that is served from now on.
        """
        this = (tracks.c.id == track.id) & (tracks.c.path == track.path)
        losing = update(tracks).where(this).values(path=None).returning(tracks.c.recording)
        async with self._database.write(is_aside=True) as connection:
            recording = await connection.scalar(losing)
            if recording is not None:
                await settle(connection, [recording], of=[track.id])

    async def of_bytes(self, size: int, sha256_source: str) -> list[Track]:
        """Return the tracks whose files came as these bytes, or that such were merged with."""
        wanted = {"size": size, "sha256_source": sha256_source}
        async with self._database.read() as connection:
            return [track_from(row) for row in await connection.execute(_with_bytes(), wanted)]

    async def has_bytes(self, sha256: str) -> bool:
        """Tell whether any file of the library ought to have these bytes."""
        wanted = select(tracks.c.id).where(tracks.c.sha256 == sha256, _HAS_FILE).limit(1)
        async with self._database.read() as connection:
            return await connection.scalar(wanted) is not None

    async def of_sizes(self, sizes: Collection[int]) -> dict[int, list[Track]]:
        """Return the tracks whose files have one of these sizes in bytes, by size, oldest first."""
        found: dict[int, list[Track]] = {}
        async with self._database.read() as connection:
            for some in batches(sizes):
                wanted = select(tracks).where(tracks.c.size.in_(some), _HAS_FILE).order_by("id")
                for row in await connection.execute(wanted):
                    found.setdefault(row.size, []).append(track_from(row))
        return found

    async def at(self, paths: Collection[PurePosixPath]) -> dict[PurePosixPath, Track]:
        """Return the tracks that have their file at one of these paths, by path."""
        found: dict[PurePosixPath, Track] = {}
        async with self._database.read() as connection:
            for some in batches(paths):
                rows = await connection.execute(select(tracks).where(tracks.c.path.in_(some)))
                found |= {row.path: track_from(row) for row in rows}
        return found

    async def _one(self, wanted: ColumnElement[bool]) -> Track | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(tracks).where(wanted))).first()
        return track_from(row) if row else None


async def _own_track(connection: AsyncConnection, document_id: int) -> int | None:
    its = select(documents.c.track_id).where(documents.c.id == document_id)
    return await connection.scalar(its)


async def _put_posting(connection: AsyncConnection, audio: Audio, track_id: int) -> None:
    values = {
        "chat_id": audio.chat_id,
        "message_id": audio.message_id,
        "track_id": track_id,
        "posted_at": audio.posted_at,
        "caption": audio.caption,
        "album": audio.album,
        "topic": audio.topic,
        "voice": audio.voice,
        "gone_at": None,
        **origin_columns(audio.forwarded),
    }
    await upsert(connection, postings, values)


async def _end(
    connection: AsyncConnection, item_id: int, state: ItemState, track_id: int, detail: str
) -> Item:
    item = await move_item(connection, item_id, state, {"track_id": track_id, "detail": detail})
    await enter_deeds(connection, item)
    return item


@cache
def _one_document() -> Select[Any]:
    return _of_documents().where(documents.c.id == bindparam("document"))


@cache
def _of_documents() -> Select[Any]:
    known = documents.c.id.label("known_document")
    own = tracks.alias("own")
    holder = documents.join(own, own.c.id == documents.c.track_id)
    return select(tracks, known).join(holder, tracks.c.id == _keeper(own))


def _keeper(own: FromClause) -> ColumnElement[int]:
    """Return the track that has the file: the better one, where the track was merged with that."""
    merged = own.c.path.is_(None) & own.c.better_id.is_not(None)
    return case((merged, own.c.better_id), else_=own.c.id)


@cache
def _with_bytes() -> Select[Any]:
    own = tracks.alias("own")
    same = own.c.size == bindparam("size"), own.c.sha256_source == bindparam("sha256_source")
    keepers = select(_keeper(own)).where(*same)
    return select(tracks).where(tracks.c.id.in_(keepers), _HAS_FILE).order_by(tracks.c.id)
