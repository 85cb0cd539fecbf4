"""What people have said of a track: it stands, whatever its file or anybody else says.

What is found later of a track that is there already comes in by the same door.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.columns import from_micros
from storage.database import Database
from storage.described import in_text, of_description, of_text
from storage.description import Description, Provenance
from storage.errors import NotStoredError
from storage.inheriting import Said, handed_on
from storage.models import Track
from storage.serving import alike, reintroduce
from storage.tables import documents, edits, rewritings, sent_files, tracks
from storage.track_rows import track_from
from storage.upsert import count_up, insert_new, upsert

# What was said of an heir itself counts unless it is older. Lost files may come back, so they have
# it too.
_HEIRS = """
select heir.id as heir, heir.album as heir_album, e.track_id, e.field, e.value, e.person_id,
 e.made_at, coalesce(e.inherited_from, e.track_id) as origin, one.album,
 coalesce((select found from edits a where a.track_id = one.id and a.field = 'album'), one.album)
 as found_album
from edits e join tracks one on one.id = e.track_id
join tracks heir on heir.id <> one.id and heir.id in (
 select coalesce(one.better_id, one.id)
 union all select id from tracks where better_id = coalesce(one.better_id, one.id))
where not exists (select 1 from edits own
 where own.track_id = heir.id and own.field = e.field and own.made_at >= e.made_at)
"""
_PARTED = """
select e.track_id, e.field from edits e join tracks one on one.id = e.track_id
join tracks origin on origin.id = e.inherited_from
where coalesce(one.better_id, one.id) <> coalesce(origin.better_id, origin.id)
"""
_IS_HERE = exists().where(tracks.c.id == rewritings.c.track_id, tracks.c.path.is_not(None))


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A track whose file is to be rewritten, and how often that was asked."""

    track_id: int
    times: int


class Edits:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_track(self, track_id: int) -> dict[str, str]:
        """Return what was said, by field; an empty value says that there is nothing."""
        said = select(edits.c.field, edits.c.value).where(edits.c.track_id == track_id)
        async with self._database.read() as connection:
            return {row.field: row.value for row in await connection.execute(said)}

    async def of_document(self, document_id: int) -> dict[str, str]:
        """Return the same of the track that a document is known to hold."""
        its = select(documents.c.track_id).where(documents.c.id == document_id).scalar_subquery()
        said = select(edits.c.field, edits.c.value).where(edits.c.track_id == its)
        async with self._database.read() as connection:
            return {row.field: row.value for row in await connection.execute(said)}

    async def say(
        self,
        track_id: int,
        description: Description,
        fields: Collection[str],
        person_id: int,
        now: datetime,
        *,
        taken_back: Collection[str] = (),
    ) -> Track:
        """Let these fields of a track, and of its recording, be as in `description` from now on.

        What was said of those that are `taken_back` is forgotten: they are what was found. The
        files are to be rewritten, and no bot sends the track as Telegram knows it. Raises
        `NotStoredError` where there is no such track.
        """
        async with self._database.write() as connection:
            before = await _described(connection, track_id)
            mates = [one for one in await connection.scalars(alike([track_id])) if one != track_id]
            said = [
                Said(field, in_text(getattr(description, field)), person_id, now)
                for field in fields
            ]
            called = await _take_back(connection, track_id, before, taken_back)
            track = await _put(connection, track_id, called, said)
            albums = {before.album, track.album}
            handed = [replace(one, inherited_from=track_id) for one in said]
            for mate in mates:
                called = await _described(connection, mate)
                its = handed_on(handed, called.album, albums)
                again = await _take_back(connection, mate, called, taken_back)
                if its or again != called:
                    await _put(connection, mate, again, its)
        return track

    async def inherit(self) -> list[int]:
        """Let what was said of a track stand for all of its recording, what was said last for each.

        What was inherited from a track that is of another recording by now is taken back. Return
        the tracks that are called otherwise since.
        """
        async with self._database.read() as connection:
            if not (await _heirs(connection) or await _parted(connection)):
                return []
        async with self._database.write() as connection:
            parted = await _parted(connection)
            for track_id, fields in parted.items():
                called = await _described(connection, track_id)
                await _put(
                    connection, track_id, await _take_back(connection, track_id, called, fields)
                )
            heirs = await _heirs(connection)
            for track_id, said in heirs.items():
                await _put(connection, track_id, await _described(connection, track_id), said)
        return sorted({*parted, *heirs})

    async def complete(
        self,
        track_id: int,
        call: Callable[[Description], Description],
        *,
        is_rewritten: bool = False,
    ) -> Unwritten | None:
        """Let a track be called what `call` makes of what it is called now.

        Return it where its file is to be rewritten: that is something new, or `is_rewritten`.
        Raises `NotStoredError` where there is no such track.
        """
        async with self._database.write() as connection:
            before = await _described(connection, track_id)
            called = call(before)
            if called != before:
                await describe(connection, track_id, called)
            elif not is_rewritten:
                return None
            await count_up(connection, rewritings, {"track_id": track_id, "times": 1}, "times")
            await _unknown_to_telegram(connection, track_id)
            times = select(rewritings.c.times).where(rewritings.c.track_id == track_id)
            return Unwritten(track_id, await connection.scalar(times) or 1)

    async def unwritten(self) -> list[Unwritten]:
        """Return the tracks of which something was said that their files do not say yet.

        Files that are away are no such, until they come back.
        """
        here = select(rewritings).where(_IS_HERE)
        async with self._database.read() as connection:
            rows = await connection.execute(here.order_by(rewritings.c.track_id))
            return [Unwritten(row.track_id, row.times) for row in rows]

    async def written(self, one: Unwritten, *, has_cover: bool = False) -> None:
        """Note that a file says all, or never will, unless more was said meanwhile.

        `has_cover` where it has got one by that.
        """
        this = (rewritings.c.track_id == one.track_id) & (rewritings.c.times == one.times)
        async with self._database.write() as connection:
            await connection.execute(delete(rewritings).where(this, _IS_HERE))
            if has_cover:
                covered = update(tracks).where(tracks.c.id == one.track_id).values(has_cover=True)
                await connection.execute(covered)
            # It may have been sent as it was before.
            await _unknown_to_telegram(connection, one.track_id)


async def _described(connection: AsyncConnection, track_id: int) -> Description:
    row = (await connection.execute(select(tracks).where(tracks.c.id == track_id))).first()
    if row is None:
        raise NotStoredError("track", track_id)
    return track_from(row).description


async def _take_back(
    connection: AsyncConnection, track_id: int, called: Description, fields: Collection[str]
) -> Description:
    """Forget what was said of these fields, and return the description with what was found."""
    its = (edits.c.track_id == track_id) & edits.c.field.in_(fields)
    rows = (await connection.execute(select(edits).where(its))).all()
    await connection.execute(delete(edits).where(its))
    provenance = dict(called.provenance)
    for row in rows:
        provenance.pop(row.field, None)
        if row.found_from:
            provenance[row.field] = Provenance(row.found_from)
    values = {row.field: of_text(row.field, row.found) for row in rows}
    return replace(called, **values, provenance=provenance)


async def _unknown_to_telegram(connection: AsyncConnection, track_id: int) -> None:
    """Forget by which ids bots send a track: behind them it has its old title for ever."""
    await connection.execute(delete(sent_files).where(sent_files.c.track_id == track_id))


async def _put(
    connection: AsyncConnection, track_id: int, called: Description, said: Collection[Said] = ()
) -> Track:
    """Let a track be `called` so but for what was said, and have its file say it."""
    for one in said:
        row = {
            "track_id": track_id, "field": one.field, "value": one.value,
            "person_id": one.person_id, "made_at": one.made_at,
            "inherited_from": one.inherited_from,
        }  # fmt: skip
        found = {"found": in_text(getattr(called, one.field))}
        found["found_from"] = called.provenance.get(one.field, "")
        await insert_new(connection, edits, [{**row, **found}])
        await upsert(connection, edits, row)
    values = {one.field: of_text(one.field, one.value) for one in said}
    told = dict.fromkeys(values, Provenance.PERSON)
    called = replace(called, **values, provenance={**called.provenance, **told})
    track = await describe(connection, track_id, called)
    await count_up(connection, rewritings, {"track_id": track_id, "times": 1}, "times")
    await _unknown_to_telegram(connection, track_id)
    return track


async def _heirs(connection: AsyncConnection) -> dict[int, list[Said]]:
    """Return by track what was said of others of its recording, and not of itself since."""
    heirs: dict[int, dict[int, list[Row[Any]]]] = {}
    for row in await connection.exec_driver_sql(_HEIRS):
        heirs.setdefault(row.heir, {}).setdefault(row.track_id, []).append(row)
    due: dict[int, list[Said]] = {}
    for heir, sources in heirs.items():
        for rows in sources.values():
            said = [
                Said(row.field, row.value, row.person_id, from_micros(row.made_at), row.origin)
                for row in rows
            ]
            albums = {rows[0].album, rows[0].found_album}
            due.setdefault(heir, []).extend(handed_on(said, rows[0].heir_album, albums))
    return {heir: handed for heir, said in due.items() if (handed := _newest(said))}


def _newest(said: Collection[Said]) -> list[Said]:
    return [*{one.field: one for one in sorted(said, key=lambda one: one.made_at)}.values()]


async def _parted(connection: AsyncConnection) -> dict[int, list[str]]:
    """Return by track the fields that were inherited from one that is not of its recording."""
    parted: dict[int, list[str]] = {}
    for row in await connection.exec_driver_sql(_PARTED):
        parted.setdefault(row.track_id, []).append(row.field)
    return parted


async def describe(connection: AsyncConnection, track_id: int, called: Description) -> Track:
    """Call a track so, and let it be found by that."""
    this = tracks.c.id == track_id
    before = (await connection.execute(select(tracks.c.recording).where(this))).first()
    if before is None:
        raise NotStoredError("track", track_id)
    values: Mapping[str, Any] = {**of_description(called), "better_id": None}  # to be settled
    described = update(tracks).where(this).values(**values).returning(tracks)
    row = (await connection.execute(described)).one()
    await reintroduce(connection, row, before.recording)
    return track_from((await connection.execute(select(tracks).where(this))).one())
