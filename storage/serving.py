"""Decides which track of a recording is served, in the transaction that changes its tracks."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.recordings import NAMELESS, Rendition, betters, key_of
from storage.search.index import enter, leave
from storage.search.texts import Searched, searched
from storage.sound import Grade
from storage.tables import tracks
from storage.track_rows import flaws_from

# The names that belong together by what sounds the same, and then all tracks that have them or
# sound so. Of recordings with one track, which most are, only the indexes are looked at.
_MEMBERS = """
with recursive given(id) as materialized (
 select value from json_each(:of) where value in (select track_id from fingerprints)),
named(key) as (
 select value from json_each(:keys)
 union select mate.recording from given
 join fingerprints f on f.track_id = given.id join fingerprints m on m.family = f.family
 join tracks mate on mate.id = m.track_id where mate.recording <> 0
 union select mate.recording from named join tracks one on one.recording = named.key
 join fingerprints f on f.track_id = one.id join fingerprints m on m.family = f.family
 join tracks mate on mate.id = m.track_id where mate.recording <> 0),
family(number) as (
 select f.family from given join fingerprints f on f.track_id = given.id
 union select f.family from named join tracks one on one.recording = named.key
 join fingerprints f on f.track_id = one.id),
member(id) as (
 select id from tracks where recording in (
  select recording from tracks where recording in (select key from named)
  group by recording having count(*) > 1 or max(better_id) is not null)
 union select f.track_id from family join fingerprints f on f.family = family.number)
select t.id, t.recording, t.better_id, t.duration, t.path is not null as has_file, t.format,
 t.bitrate, t.has_cover, t.album <> '' or t.year is not null as has_tags, t.sha256_source, f.family,
 t.grade, t.flaws
from member join tracks t on t.id = member.id left join fingerprints f on f.track_id = t.id
"""
_APART = """
select r.ruling_id, r.track_id from ruled_tracks r join rulings on rulings.id = r.ruling_id
where rulings.kind = 'apart' and r.track_id in (select value from json_each(?))
"""
_TEXTS = (
    "select id, title, performer, album, genre, name from tracks"
    " where id in (select value from json_each(?)) and removed_at is null"
)
_UNNAMED = "select id, title, performer from tracks where recording is null limit ?"
_SERVE = "update tracks set better_id = ? where id = ?"
_NAME = "update tracks set recording = ? where id = ?"
_MICROSECOND = timedelta(microseconds=1)

# The track that is served for one of `tracks`: a better one, or itself.
SERVED = func.coalesce(tracks.c.better_id, tracks.c.id)


async def settle(
    connection: AsyncConnection,
    keys: Iterable[int],
    new: Collection[int] = (),
    of: Collection[int] = (),
) -> frozenset[int]:
    """Let the best track of each of these recordings be served and found, and the others not.

    `of` are tracks whose families are meant too. `new` are tracks that cannot be found yet. Return
    those of them that are not to be.
    """
    wanted = {"keys": json.dumps(sorted({*keys} - {NAMELESS})), "of": json.dumps([*new, *of])}
    members = (await connection.exec_driver_sql(_MEMBERS, wanted)).all()
    if not members:
        return frozenset()
    served = await _served(connection, members)
    changed = [row for row in members if row.better_id != served[row.id]]
    if changed:
        rows = [(served[row.id], row.id) for row in changed]
        await connection.exec_driver_sql(_SERVE, rows)
    known = [row for row in changed if row.id not in new]
    await leave(connection, [row.id for row in known if row.better_id is None])
    await _enter_again(connection, [row.id for row in known if served[row.id] is None])
    return frozenset(row.id for row in members if row.id in new and served[row.id] is not None)


async def introduce(
    connection: AsyncConnection,
    new: Sequence[Searched],
    keys: Iterable[int],
    of: Collection[int] = (),
) -> frozenset[int]:
    """Let tracks be found that cannot be yet, but for those that a better one is served for.

    `keys` are those of their recordings, and of others that changed with them, as are the families
    of these tracks. Return who was left out.
    """
    left_out = await settle(connection, keys, {one.track_id for one in new}, of)
    await enter(connection, [one for one in new if one.track_id not in left_out])
    return left_out


async def reintroduce(connection: AsyncConnection, row: Row[Any], before: int | None) -> None:
    """Let a track be found by what it is called now; `before` is the recording it was of."""
    await leave(connection, [row.id])
    text = searched(row.id, row.title, row.performer, row.album, row.genre, row.name)
    keys = {before, row.recording} - {None}  # where there is none, nobody asked yet
    await introduce(connection, [text], keys)


async def name_some(connection: AsyncConnection, at_once: int) -> int:
    """Find out what recordings some tracks are that nobody has asked this of yet.

    Return how many they were: they stem from a program that knew of no recordings.
    """
    found = (await connection.exec_driver_sql(_UNNAMED, (at_once,))).all()
    named = [(key_of(row.title, row.performer), row.id) for row in found]
    if named:
        await connection.exec_driver_sql(_NAME, named)
        await settle(connection, {key for key, _ in named})
    return len(named)


def alike(track_ids: Collection[int]) -> Select[int]:
    """Select all tracks of the recordings that these are of, themselves included."""
    given, one = tracks.alias(), tracks.alias()
    best = select(func.coalesce(given.c.better_id, given.c.id)).where(given.c.id.in_(track_ids))
    return select(one.c.id).where(one.c.id.in_(best) | one.c.better_id.in_(best))


async def best_of(connection: AsyncConnection, track_ids: Sequence[int]) -> dict[int, int]:
    """Return for each of the tracks the one that is served for it."""
    best = {track_id: track_id for track_id in track_ids}
    for some in batches(track_ids):
        its = tracks.c.id.in_(some) & tracks.c.better_id.is_not(None)
        found = await connection.execute(select(tracks.c.id, tracks.c.better_id).where(its))
        best |= {row.id: row.better_id for row in found}
    return best


async def _served(
    connection: AsyncConnection, members: Collection[Row[Any]]
) -> dict[int, int | None]:
    apart: dict[int, set[int]] = {}
    ids = json.dumps([row.id for row in members])
    for row in await connection.exec_driver_sql(_APART, (ids,)):
        apart.setdefault(row.track_id, set()).add(row.ruling_id)
    return betters(map(_rendition, members), apart)


def _rendition(row: Row[Any]) -> Rendition:
    return Rendition(
        track_id=row.id,
        duration=row.duration * _MICROSECOND,
        has_file=bool(row.has_file),
        format=row.format,
        bitrate=row.bitrate,
        has_cover=bool(row.has_cover),
        has_tags=bool(row.has_tags),
        sha256=row.sha256_source,
        recording=row.recording or NAMELESS,
        family=row.family,
        grade=None if row.grade is None else Grade(row.grade),
        flaws=flaws_from(row.flaws),
    )


async def _enter_again(connection: AsyncConnection, track_ids: Collection[int]) -> None:
    if not track_ids:
        return
    found = await connection.exec_driver_sql(_TEXTS, (json.dumps(list(track_ids)),))
    await enter(
        connection,
        [
            searched(row.id, row.title, row.performer, row.album, row.genre, row.name)
            for row in found
        ],
    )
