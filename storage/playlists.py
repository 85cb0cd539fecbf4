"""Lists of tracks that people make, in their order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.action import ActionKind, Deed, DeedState
from storage.database import Database
from storage.deed_rows import mark_done
from storage.deed_tables import deeds
from storage.errors import PlaylistExistsError
from storage.serving import SERVED, alike, best_of
from storage.tables import playlist_tracks, playlists, tracks

_TRACKS = playlist_tracks.join(tracks, tracks.c.id == playlist_tracks.c.track_id)


@dataclass(frozen=True, slots=True)
class Playlist:
    id: int
    person_id: int
    name: str
    created_at: datetime
    tracks: int


class Playlists:
    """Names are told apart as they are written; each person has their own.

    Of a recording the best track is told of, whichever of its tracks was put into the list.
    `changed` is set by every change; whoever looks at it clears it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.changed = asyncio.Event()

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[AsyncConnection]:
        async with self._database.write() as connection:
            yield connection
        self.changed.set()

    async def create(self, person_id: int, name: str, now: datetime) -> Playlist:
        """Raise `PlaylistExistsError` when the person has one of that name."""
        row = {"person_id": person_id, "name": name, "created_at": now}
        try:
            async with self._changing() as connection:
                made = await _entered(connection, row)
        except IntegrityError as error:
            raise PlaylistExistsError(name) from error
        return Playlist(made, person_id, name, now, 0)

    async def rename(self, playlist_id: int, name: str) -> None:
        """Raise `PlaylistExistsError` when its person has another one of that name."""
        try:
            async with self._changing() as connection:
                its = playlists.c.id == playlist_id
                await connection.execute(update(playlists).where(its).values(name=name))
        except IntegrityError as error:
            raise PlaylistExistsError(name) from error

    async def remove(self, playlist_id: int) -> None:
        async with self._changing() as connection:
            its = playlist_tracks.c.playlist_id == playlist_id
            await connection.execute(delete(playlist_tracks).where(its))
            await connection.execute(delete(playlists).where(playlists.c.id == playlist_id))

    async def get(self, playlist_id: int) -> Playlist | None:
        async with self._database.read() as connection:
            found = await connection.execute(_counted().where(playlists.c.id == playlist_id))
            row = found.first()
        return _playlist(row) if row else None

    async def of_person(self, person_id: int) -> list[Playlist]:
        """Return the person's lists, the newest first."""
        own = _counted().where(playlists.c.person_id == person_id)
        async with self._database.read() as connection:
            rows = await connection.execute(own.order_by(playlists.c.id.desc()))
            return [_playlist(row) for row in rows]

    async def every(self) -> list[Playlist]:
        """Return the lists of all people, the oldest first."""
        async with self._database.read() as connection:
            rows = await connection.execute(_counted().order_by(playlists.c.id))
            return [_playlist(row) for row in rows]

    async def add(self, playlist_id: int, track_ids: Sequence[int]) -> int:
        """Append the tracks that are not in the list yet; return how many they were."""
        async with self._changing() as connection:
            there = set(await _tracks(connection, playlist_id))
            best = await best_of(connection, track_ids)
            wanted = dict.fromkeys(best[one] for one in track_ids)
            new = [one for one in wanted if one not in there]
            await _put(connection, playlist_id, new, await _next_place(connection, playlist_id))
        return len(new)

    async def collect(self, deed: Deed, now: datetime) -> None:
        """Put the track of a deed into the list that it names, and note that this was done.

        The list is made where there is none. Among what came into it by such deeds the track lies
        as it was posted; what is there already stays where it is.
        """
        async with self._changing() as connection:
            playlist_id = await _named(connection, deed.person_id, deed.action.target, now)
            best = (await best_of(connection, [deed.track_id]))[deed.track_id]
            if best not in await _tracks(connection, playlist_id):
                place = await _place_of(connection, playlist_id, deed)
                await _make_room(connection, playlist_id, place)
                await _put(connection, playlist_id, [best], place)
            await mark_done(connection, deed.id)

    async def copy(self, playlist_id: int, person_id: int, now: datetime) -> int | None:
        """Make a list the person's own too, and return the copy; None where there is no such list.

        It is made once: a list of theirs with the same tracks, and a name that begins so, is it.
        """
        async with self._changing() as connection:
            name = await connection.scalar(
                select(playlists.c.name).where(playlists.c.id == playlist_id)
            )
            if name is None:
                return None
            ids = await _tracks(connection, playlist_id)
            own = select(playlists).where(playlists.c.person_id == person_id)
            names = {row.name: row.id for row in await connection.execute(own)}
            for its_name, its_id in names.items():
                if its_name.startswith(name) and await _tracks(connection, its_id) == ids:
                    return int(its_id)
            row = {"person_id": person_id, "name": _free(name, names), "created_at": now}
            made = int(
                await connection.scalar(insert(playlists).values(row).returning(playlists.c.id))
                or 0
            )
            await _put(connection, made, ids, 1)
        return made

    async def take_out(self, playlist_id: int, track_id: int) -> None:
        its = playlist_tracks.c.playlist_id == playlist_id
        async with self._changing() as connection:
            this = its & playlist_tracks.c.track_id.in_(alike([track_id]))
            await connection.execute(delete(playlist_tracks).where(this))

    async def holding(self, person_id: int, track_id: int) -> set[int]:
        """Return those of the person's lists that the track is in."""
        its = playlist_tracks.c.track_id.in_(alike([track_id]))
        both = playlists.join(playlist_tracks, playlist_tracks.c.playlist_id == playlists.c.id)
        own = (
            select(playlists.c.id).select_from(both).where(playlists.c.person_id == person_id, its)
        )
        async with self._database.read() as connection:
            return set(await connection.scalars(own))

    async def tracks(self, playlist_id: int) -> list[int]:
        """Return its tracks, in its order."""
        async with self._database.read() as connection:
            return await _tracks(connection, playlist_id)


def _free(name: str, taken: Collection[str]) -> str:
    """Return the name, with a number behind it if there is one of that name."""
    numbered = (f"{name} {number}" for number in count(2))
    return next(one for one in chain([name], numbered) if one not in taken)


def _counted() -> Any:
    held = (
        select(func.count(SERVED.distinct()))
        .select_from(_TRACKS)
        .where(playlist_tracks.c.playlist_id == playlists.c.id)
        .correlate(playlists)
        .scalar_subquery()
    )
    return select(playlists, held.label("tracks"))


def _playlist(row: Row[Any]) -> Playlist:
    return Playlist(row.id, row.person_id, row.name, row.created_at, row.tracks)


async def _entered(connection: AsyncConnection, row: Mapping[str, Any]) -> int:
    made = await connection.scalar(insert(playlists).values(row).returning(playlists.c.id))
    assert made is not None
    return int(made)


async def _tracks(connection: AsyncConnection, playlist_id: int) -> list[int]:
    its = select(SERVED).select_from(_TRACKS).where(playlist_tracks.c.playlist_id == playlist_id)
    ordered = its.order_by(playlist_tracks.c.place)
    return list(dict.fromkeys(await connection.scalars(ordered)))


async def _next_place(connection: AsyncConnection, playlist_id: int) -> int:
    last = select(func.max(playlist_tracks.c.place)).where(
        playlist_tracks.c.playlist_id == playlist_id
    )
    return (await connection.scalar(last) or 0) + 1


async def _named(connection: AsyncConnection, person_id: int, name: str, now: datetime) -> int:
    its = (playlists.c.person_id == person_id) & (playlists.c.name == name)
    found = await connection.scalar(select(playlists.c.id).where(its))
    if found is not None:
        return int(found)
    row = {"person_id": person_id, "name": name, "created_at": now}
    return await _entered(connection, row)


async def _place_of(connection: AsyncConnection, playlist_id: int, deed: Deed) -> int:
    """Return the place of the first track that deeds have put there and that was posted later."""
    its = (deeds.c.kind == ActionKind.LIST) & (deeds.c.target == deed.action.target)
    its &= (deeds.c.person_id == deed.person_id) & (deeds.c.state == DeedState.DONE)
    at, number = deeds.c.posted_at, deeds.c.message_id
    same_time = (at == deed.posted_at) & (number > deed.message_id)
    put = deeds.join(tracks, tracks.c.id == deeds.c.track_id)
    later = select(SERVED).select_from(put).where(its, (at > deed.posted_at) | same_time)
    in_it = playlist_tracks.c.playlist_id == playlist_id
    first = select(func.min(playlist_tracks.c.place)).select_from(_TRACKS)
    found = await connection.scalar(first.where(in_it, SERVED.in_(later)))
    return int(found) if found is not None else await _next_place(connection, playlist_id)


async def _make_room(connection: AsyncConnection, playlist_id: int, place: int) -> None:
    """Move what lies there and behind it by one; in two steps, as no place is taken twice."""
    in_it = playlist_tracks.c.playlist_id == playlist_id
    at = playlist_tracks.c.place
    await connection.execute(
        update(playlist_tracks).where(in_it, at >= place).values(place=-1 - at)
    )
    await connection.execute(update(playlist_tracks).where(in_it, at < 0).values(place=-at))


async def _put(
    connection: AsyncConnection, playlist_id: int, track_ids: Sequence[int], first: int
) -> None:
    rows = [
        {"playlist_id": playlist_id, "place": first + number, "track_id": track_id}
        for number, track_id in enumerate(track_ids)
    ]
    if rows:
        await connection.execute(insert(playlist_tracks), rows)
