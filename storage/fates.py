"""What became of postings since they were entered: edited, exchanged, or gone from their chat."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.batches import batches
from storage.database import Database
from storage.documents import audio_document, audio_from
from storage.forwarded import Forwarded
from storage.item_rows import new_audio
from storage.jobs import put_job
from storage.models import Audio, Chat, Job, Origin, Request
from storage.tables import documents, items, jobs, postings
from storage.upsert import insert_new

Order = Callable[[Audio], tuple[Request, Origin] | None]


@dataclass(frozen=True, slots=True)
class Fate:
    """A posting of the catalogue, as it was seen last. `gone_at` is when it was found gone."""

    message_id: int
    track_id: int
    voice: bool = False
    gone_at: datetime | None = None
    forwarded: Forwarded | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """A posting of a track that says something else than it did, with the same document."""

    track_id: int
    before: Audio
    now: Audio


@dataclass(slots=True)
class Reread:
    """What came of looking at postings again: those `gone`, `exchanged` or `edited`.

    `jobs` fetch what took the place of others.
    """

    gone: list[int] = field(default_factory=list)
    exchanged: list[int] = field(default_factory=list)
    edited: list[Edited] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)


class Fates:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, chat_id: int, message_id: int) -> Fate | None:
        return (await self.among(chat_id, [message_id])).get(message_id)

    async def among(self, chat_id: int, message_ids: Collection[int]) -> dict[int, Fate]:
        """Return those of these messages that the catalogue knows as postings, by message."""
        found: dict[int, Fate] = {}
        async with self._database.read() as connection:
            for some in batches(message_ids):
                found |= await _fates(connection, _its(chat_id, some))
        return found

    async def of_chat(self, chat_id: int) -> dict[int, Fate]:
        """Return all postings of a chat that the catalogue knows, by message."""
        async with self._database.read() as connection:
            return await _fates(connection, postings.c.chat_id == chat_id)

    async def reread(
        self,
        chat_id: int,
        asked: Collection[int],
        seen: Mapping[int, Audio],
        now: datetime,
        order: Order,
    ) -> Reread:
        """Bring the catalogue up to date with what these messages hold now; all of it, or nothing.

        Those that are not among the `seen` hold no audio any more. What took the place of another
        is ordered by what `order` returns of it, and that once.
        """
        result = Reread()
        async with self._database.write() as connection:
            for some in batches(asked):
                known = await _fates(connection, _its(chat_id, some))
                held = await _held(connection, [seen[one] for one in some if one in seen])
                same, other = _parted(known.values(), seen, held)
                for one in same:
                    await _bring_up_to_date(connection, seen[one.message_id], one, result)
                for one in other:
                    await _lose(connection, chat_id, one, now)
                    await _exchange(connection, seen.get(one.message_id), one, now, order, result)
        return result

    async def order(self, chat: Chat, audio: Audio, order: Order, now: datetime) -> Job | None:
        """Order a posting that no job has yet as it is now, by what `order` returns of it.

        The job has its plan from the start: else one that is not planned yet would be ordered anew.
        """
        its = (items.c.chat_id == audio.chat_id) & (items.c.message_id == audio.message_id)
        its &= items.c.document_id == audio.document_id
        # By way of the jobs: each has an index by message.
        known = select(items.c.id).select_from(jobs.join(items, items.c.job_id == jobs.c.id))
        async with self._database.write() as connection:
            if await connection.scalar(known.where(its).limit(1)) is not None:
                return None
            ordered = order(audio)
            if ordered is None:
                return None
            job = await put_job(connection, *ordered, now, chat)
            await insert_new(connection, items, [new_audio(job.id, audio)])
            return job


def _its(chat_id: int, message_ids: Collection[int]) -> ColumnElement[bool]:
    return (postings.c.chat_id == chat_id) & postings.c.message_id.in_(message_ids)


async def _fates(connection: AsyncConnection, these: ColumnElement[bool]) -> dict[int, Fate]:
    rows = await connection.execute(_columns().where(these).order_by(postings.c.message_id))
    return {row.message_id: _fate(row) for row in rows}


def _columns() -> Select[Any]:
    origin = postings.c.from_chat_id, postings.c.from_message_id, postings.c.from_name
    own = postings.c.message_id, postings.c.track_id, postings.c.voice, postings.c.gone_at
    return select(*own, *origin)


def _fate(row: Row[Any]) -> Fate:
    forwarded = None
    if row.from_chat_id is not None or row.from_name:
        forwarded = Forwarded(row.from_chat_id, row.from_message_id, row.from_name)
    return Fate(row.message_id, row.track_id, row.voice, row.gone_at, forwarded)


def _parted(
    known: Iterable[Fate], seen: Mapping[int, Audio], held: Mapping[int, Collection[int]]
) -> tuple[list[Fate], list[Fate]]:
    """Return the postings that hold the same document, and those that do not since now."""
    same, other = [], []
    for one in known:
        audio = seen.get(one.message_id)
        if audio is not None and one.track_id in held.get(audio.document_id, ()):
            same.append(one)
        elif one.gone_at is None:
            other.append(one)
    return same, other


async def _held(connection: AsyncConnection, seen: Collection[Audio]) -> dict[int, set[int]]:
    """Return the tracks that each document was known to carry, whatever it carries by now."""
    wanted = {audio.document_id for audio in seen}
    own = select(documents.c.id, documents.c.track_id).where(documents.c.id.in_(wanted))
    ended = items.c.document_id.in_(wanted), items.c.track_id.is_not(None)
    brought = select(items.c.document_id, items.c.track_id).where(*ended).distinct()
    held: dict[int, set[int]] = {}
    for statement in (own, brought):
        for document_id, track_id in await connection.execute(statement):
            held.setdefault(document_id, set()).add(track_id)
    return held


async def _bring_up_to_date(
    connection: AsyncConnection, audio: Audio, one: Fate, result: Reread
) -> None:
    """Note what a posting of the same document says now; of items, too, as /why names them."""
    before = await _replaced(connection, audio)
    if before is not None and before != replace(audio, forwarded=before.forwarded):
        result.edited.append(Edited(one.track_id, before, audio))
    values = {"caption": audio.caption, "topic": audio.topic, "album": audio.album}
    origin = audio.forwarded
    if origin is not None and one.forwarded is not None and not origin.name:
        origin = one.forwarded  # one message alone does not tell what its chat is called
    values |= {"gone_at": None, **origin_columns(origin)}
    this = _its(audio.chat_id, [audio.message_id])
    await connection.execute(update(postings).where(this).values(values))


async def _replaced(connection: AsyncConnection, audio: Audio) -> Audio | None:
    """Let the items of a posting tell what it says now; return what the newest said before."""
    its = (items.c.chat_id == audio.chat_id) & (items.c.message_id == audio.message_id)
    same = items.c.document_id == audio.document_id
    rows = await connection.execute(select(items.c.audio).where(its, same).order_by(items.c.id))
    told = [audio_from(row.audio) for row in rows]
    if any(one != audio for one in told):
        now = update(items).where(its, same).values(audio=audio_document(audio))
        await connection.execute(now)
    return told[-1] if told else None


def origin_columns(forwarded: Forwarded | None) -> dict[str, Any]:
    """Return what stands in the columns of a posting of where it was forwarded from."""
    origin = forwarded or Forwarded(None)
    return {
        "from_chat_id": origin.chat_id,
        "from_message_id": origin.message_id,
        "from_name": origin.name,
    }


async def _lose(connection: AsyncConnection, chat_id: int, one: Fate, now: datetime) -> None:
    this = _its(chat_id, [one.message_id])
    await connection.execute(update(postings).where(this).values(gone_at=now))


async def _exchange(
    connection: AsyncConnection,
    audio: Audio | None,
    one: Fate,
    now: datetime,
    order: Order,
    result: Reread,
) -> None:
    if audio is None:
        result.gone.append(one.message_id)
        return
    result.exchanged.append(one.message_id)
    ordered = order(audio)
    if ordered is not None:
        result.jobs.append(await put_job(connection, *ordered, now))
