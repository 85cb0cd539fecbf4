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
    Row,
    Select,
    bindparam,
    case,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from storage.batches import batches
from storage.database import Database
from storage.errors import NameTaken
from storage.formats import average_bitrate, format_of
from storage.item_rows import move_item
from storage.models import Audio, Item, ItemState, Posting, Sameness, Track
from storage.recordings import NAMELESS, key_of
from storage.search.texts import Searched, searched
from storage.serving import introduce, settle
from storage.tables import documents, postings, tracks
from storage.transfers import forget_transfer
from storage.upsert import upsert

_HAS_FILE = tracks.c.path.is_not(None)


class Catalog:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, track_id: int) -> Track | None:
        return await self._one(tracks.c.id == track_id)

    async def by_document(self, document_id: int) -> Track | None:
        async with self._database.read() as connection:
            row = (await connection.execute(_one_document(), {"document": document_id})).first()
        return _track(row) if row else None

    async def by_path(self, path: PurePosixPath) -> Track | None:
        return await self._one(tracks.c.path == path)

    async def many(self, track_ids: Sequence[int]) -> list[Track]:
        """Return these tracks in this order, without those that are not there."""
        found: dict[int, Track] = {}
        async with self._database.read() as connection:
            for some in batches(track_ids):
                rows = await connection.execute(select(tracks).where(tracks.c.id.in_(some)))
                found |= {row.id: _track(row) for row in rows}
        return [found[one] for one in track_ids if one in found]

    async def posting_of(self, track_id: int) -> Posting | None:
        """Return the newest posting that carries the track, None where it was imported."""
        wanted = select(postings).where(postings.c.track_id == track_id)
        newest = wanted.order_by(postings.c.posted_at.desc(), postings.c.message_id.desc())
        async with self._database.read() as connection:
            row = (await connection.execute(newest.limit(1))).first()
        return Posting(row.chat_id, row.message_id) if row else None

    async def every(self) -> list[Track]:
        """Return all tracks, oldest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(tracks).order_by(tracks.c.id))
            return [_track(row) for row in rows]

    async def known(self, document_ids: Collection[int]) -> dict[int, Track]:
        """Return the tracks there are among these documents, by document."""
        found: dict[int, Track] = {}
        async with self._database.read() as connection:
            for some in batches(document_ids):
                rows = await connection.execute(_of_documents().where(documents.c.id.in_(some)))
                found |= {row.known_document: _track(row) for row in rows}
        return found

    async def has_files(self) -> bool:
        """Tell whether the library ought to hold any file."""
        wanted = select(tracks.c.id).where(_HAS_FILE).limit(1)
        async with self._database.read() as connection:
            return await connection.scalar(wanted) is not None

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
    ) -> Track:
        """Enter a published file: track, posting, item and the end of its transfer, or nothing.

        `detail` is what the item keeps. Raises `NameTaken` when another track has that path.
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
            track = await _put_track(connection, audio, file, now)
            await _put_posting(connection, audio, track.id)
            await _end(connection, item.id, ItemState.SAVED, track.id, detail)
            await forget_transfer(connection, audio.document_id)
        return track

    async def link(self, item: Item, track: Track, same: Sameness) -> Item:
        """Enter that this posting carries a track we have, and end the item, or nothing.

        What came of a document to tell it by its bytes is claimed no more: its part may go.
        """
        assert item.audio is not None
        document_id = item.audio.document_id
        async with self._database.write() as connection:
            await _put_document(connection, document_id, track.id)
            await _put_posting(connection, item.audio, track.id)
            if same is Sameness.BYTES:
                await forget_transfer(connection, document_id)
            return await _end(connection, item.id, ItemState.LINKED, track.id, same)

    async def of_bytes(self, size: int, sha256_source: str) -> list[Track]:
        """Return the tracks whose files came as these bytes, or that such were merged with."""
        wanted = {"size": size, "sha256_source": sha256_source}
        async with self._database.read() as connection:
            return [_track(row) for row in await connection.execute(_with_bytes(), wanted)]

    async def of_sizes(self, sizes: Collection[int]) -> dict[int, list[Track]]:
        """Return the tracks whose files have one of these sizes in bytes, by size, oldest first."""
        found: dict[int, list[Track]] = {}
        async with self._database.read() as connection:
            for some in batches(sizes):
                wanted = select(tracks).where(tracks.c.size.in_(some), _HAS_FILE).order_by("id")
                for row in await connection.execute(wanted):
                    found.setdefault(row.size, []).append(_track(row))
        return found

    async def at(self, paths: Collection[PurePosixPath]) -> dict[PurePosixPath, Track]:
        """Return the tracks that have their file at one of these paths, by path."""
        found: dict[PurePosixPath, Track] = {}
        async with self._database.read() as connection:
            for some in batches(paths):
                rows = await connection.execute(select(tracks).where(tracks.c.path.in_(some)))
                found |= {row.path: _track(row) for row in rows}
        return found

    async def _one(self, wanted: ColumnElement[bool]) -> Track | None:
        async with self._database.read() as connection:
            row = (await connection.execute(select(tracks).where(wanted))).first()
        return _track(row) if row else None


async def _put_track(
    connection: AsyncConnection, audio: Audio, file: dict[str, Any], now: datetime
) -> Track:
    """Insert the track, or fill in the file of one that is remembered."""
    this = {"document": audio.document_id}
    holders = set(await connection.scalars(_holders(), this | {"path": file["path"]}))
    if holders - {audio.document_id}:
        raise NameTaken(file["path"])
    if holders:
        row = (await connection.execute(_filled_in(), this | file)).one()
        await settle(connection, [row.recording or NAMELESS])
        return await _read_again(connection, row.id)
    described = {
        "document_id": audio.document_id,
        "title": audio.title,
        "performer": audio.performer,
        "duration": audio.duration,
        "name": audio.name,
        "format": format_of(file["path"].name, file["mime"]) or "",
        "bitrate": average_bitrate(file["size"], audio.duration),
        "added_at": now,
        "recording": key_of(audio.title, audio.performer),
    }
    row = (await connection.execute(_added(), described | file)).one()
    await _put_document(connection, audio.document_id, row.id)
    track = _track(row)
    if await introduce(connection, [_searched(track)], [row.recording]):
        return await _read_again(connection, row.id)
    return track


async def _read_again(connection: AsyncConnection, track_id: int) -> Track:
    return _track((await connection.execute(_with_id(), {"track": track_id})).one())


async def _put_document(connection: AsyncConnection, document_id: int, track_id: int) -> None:
    await upsert(connection, documents, {"id": document_id, "track_id": track_id})


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
    }
    await upsert(connection, postings, values)


async def _end(
    connection: AsyncConnection, item_id: int, state: ItemState, track_id: int, detail: str
) -> Item:
    return await move_item(connection, item_id, state, {"track_id": track_id, "detail": detail})


@cache
def _with_id() -> Select[Any]:
    return select(tracks).where(tracks.c.id == bindparam("track"))


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


@cache
def _holders() -> Select[int]:
    """Select the documents among which are those that have the path."""
    its_path = tracks.c.path == bindparam("path", type_=tracks.c.path.type)
    its_own = tracks.c.document_id == bindparam("document")
    return select(tracks.c.document_id).where(its_path | its_own)


@cache
def _added() -> ReturningInsert[Any]:
    return insert(tracks).returning(tracks)


@cache
def _filled_in() -> ReturningUpdate[Any]:
    this = tracks.c.document_id == bindparam("document")
    return update(tracks).where(this).returning(tracks)


def _track(row: Row[Any]) -> Track:
    return Track(
        id=row.id,
        document_id=row.document_id,
        title=row.title,
        performer=row.performer,
        duration=row.duration,
        size=row.size,
        mime=row.mime,
        name=row.name,
        path=row.path,
        sha256_source=row.sha256_source,
        sha256=row.sha256,
        added_at=row.added_at,
        album=row.album,
        genre=row.genre,
        year=row.year,
        format=row.format,
        bitrate=row.bitrate,
        has_cover=row.has_cover,
        changed_at=row.changed_at,
        better_id=row.better_id,
    )


def _searched(track: Track) -> Searched:
    return searched(track.id, track.title, track.performer, track.album, track.genre, track.name)
