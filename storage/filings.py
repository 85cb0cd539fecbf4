"""What each file is placed by: its track, and the posting that it first came from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.chat_rows import chat_from
from storage.database import Database
from storage.documents import request_from
from storage.models import Chat, ChatKind, ItemState, Track
from storage.paths import Filing
from storage.tables import chats, items, jobs, postings, tracks
from storage.templates import Template, parse
from storage.track_rows import track_from

_Key = tuple[int, int]  # of a chat and of a message in it


@dataclass(frozen=True, slots=True)
class Filed:
    """A track that has a file, and what that is placed by."""

    track: Track
    filing: Filing


class Filings:
    """A track lies where its first download put it, however often it is posted later."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, track_id: int) -> Filed | None:
        """Return None where the track is not known, or has no file."""
        found = await self._those(select(tracks).where(tracks.c.id == track_id))
        return found[0] if found else None

    async def page(self, after: int, limit: int) -> list[Filed]:
        """Return what has files, of the tracks after this one."""
        return await self._those(
            select(tracks).where(tracks.c.id > after).order_by(tracks.c.id).limit(limit)
        )

    async def _those(self, wanted: Any) -> list[Filed]:
        async with self._database.read() as connection:
            rows = await connection.execute(wanted.where(tracks.c.path.is_not(None)))
            found = [track_from(row) for row in rows]
            places = await _places(connection, found)
            named = await _chats(connection, {place.chat_id for place in places.values()})
            folders = await _folders(connection, found)
        filings = (_filing(one, places.get(one.id), named) for one in found)
        return [
            Filed(one, replace(filing, folder=folders.get(one.document_id)))
            for one, filing in zip(found, filings, strict=True)
        ]


def _filing(track: Track, place: Row[Any] | None, named: dict[int, Chat]) -> Filing:
    assert track.path is not None
    extension = track.path.suffix.removeprefix(".") or track.format
    number = track.document_id or track.id
    if place is None:
        return Filing(number, extension, track.name, bitrate=track.bitrate)
    unnamed = Chat(place.chat_id, "", None, ChatKind.CHANNEL)
    return Filing(
        number,
        extension,
        name=track.name,
        chat=named.get(place.chat_id, unnamed),
        topic=place.topic,
        posted_at=place.posted_at,
        bitrate=track.bitrate,
    )


async def _places(connection: AsyncConnection, found: Sequence[Track]) -> dict[int, Row[Any]]:
    """Return the posting that each track is placed by, by track."""
    first = await _first_saved(connection, [one.document_id for one in found if one.document_id])
    documents = {one.id: one.document_id for one in found}
    places: dict[int, Row[Any]] = {}
    for some in batches(list(documents)):
        wanted = select(postings).where(postings.c.track_id.in_(some))
        # The oldest first: it stands for a track of which no download is known any more.
        for row in await connection.execute(wanted.order_by(postings.c.posted_at)):
            is_first = first.get(documents[row.track_id] or 0) == (row.chat_id, row.message_id)
            if is_first or row.track_id not in places:
                places[row.track_id] = row
    return places


async def _first_saved(connection: AsyncConnection, document_ids: Sequence[int]) -> dict[int, _Key]:
    """Return for which posting each document was first fetched."""
    found: dict[int, _Key] = {}
    for some in batches(document_ids):
        wanted = select(items.c.document_id, items.c.chat_id, items.c.message_id).where(
            items.c.document_id.in_(some), items.c.state == ItemState.SAVED
        )
        for row in await connection.execute(wanted.order_by(items.c.id)):
            found.setdefault(row.document_id, (row.chat_id, row.message_id))
    return found


async def _folders(
    connection: AsyncConnection, found: Sequence[Track]
) -> dict[int | None, Template]:
    """Return by which template of a watch documents were first fetched, of those that were."""
    documents = [one.document_id for one in found if one.document_id]
    seen: dict[int | None, str] = {}
    for some in batches(documents):
        its = items.c.document_id.in_(some), items.c.state == ItemState.SAVED
        has_folder = jobs.c.request.contains('"folder":"')
        wanted = select(items.c.document_id, case((has_folder, jobs.c.request))).join(jobs)
        rows = await connection.execute(wanted.where(*its).order_by(items.c.id))
        for document_id, request in rows:
            seen.setdefault(document_id, request_from(request).folder if request else "")
    return {document_id: parse(folder) for document_id, folder in seen.items() if folder}


async def _chats(connection: AsyncConnection, ids: Iterable[int]) -> dict[int, Chat]:
    found: dict[int, Chat] = {}
    for some in batches(sorted(ids)):
        for row in await connection.execute(select(chats).where(chats.c.id.in_(some))):
            found[row.id] = chat_from(row, row.id)
    return found
