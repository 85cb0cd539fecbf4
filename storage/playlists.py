"""Lists of tracks that people make, in their order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, count
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
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
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, person_id: int, name: str, now: datetime) -> Playlist:
        """Raise `PlaylistExistsError` when the person has one of that name."""
        row = {"person_id": person_id, "name": name, "created_at": now}
        try:
            async with self._database.write() as connection:
                made = await _entered(connection, row)
        except IntegrityError as error:
            raise PlaylistExistsError(name) from error
        return Playlist(made, person_id, name, now, 0)

    async def rename(self, playlist_id: int, name: str) -> None:
        """Raise `PlaylistExistsError` when its person has another one of that name."""
        try:
            async with self._database.write() as connection:
                its = playlists.c.id == playlist_id
                await connection.execute(update(playlists).where(its).values(name=name))
        except IntegrityError as error:
            raise PlaylistExistsError(name) from error

    async def remove(self, playlist_id: int) -> None:
        async with self._database.write() as connection:
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

    async def add(self, playlist_id: int, track_ids: Sequence[int]) -> int:
        """Append the tracks that are not in the list yet; return how many they were."""
        async with self._database.write() as connection:
            there = set(await _tracks(connection, playlist_id))
            best = await best_of(connection, track_ids)
            wanted = dict.fromkeys(best[one] for one in track_ids)
            new = [one for one in wanted if one not in there]
            await _put(connection, playlist_id, new, await _next_place(connection, playlist_id))
        return len(new)

    async def copy(self, playlist_id: int, person_id: int, now: datetime) -> int | None:
        """Make a list the person's own too, and return the copy; None where there is no such list.

        It is made once: a list of theirs with the same tracks, and a name that begins so, is it.
        """
        async with self._database.write() as connection:
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
        async with self._database.write() as connection:
            this = its & playlist_tracks.c.track_id.in_(alike([track_id]))
            await connection.execute(delete(playlist_tracks).where(this))

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


async def _put(
    connection: AsyncConnection, playlist_id: int, track_ids: Sequence[int], first: int
) -> None:
    rows = [
        {"playlist_id": playlist_id, "place": first + number, "track_id": track_id}
        for number, track_id in enumerate(track_ids)
    ]
    if rows:
        await connection.execute(insert(playlist_tracks), rows)
