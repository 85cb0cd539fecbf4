"""What jobs have made of the postings of a chat."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select, update

from storage.batches import batches
from storage.database import Database
from storage.documents import request_from
from storage.models import ItemState, Posting, Reason
from storage.tables import items, jobs, postings, tracks


@dataclass(frozen=True, slots=True)
class Tried:
    """How the newest item of a posting stands."""

    message_id: int
    document_id: int | None
    state: ItemState
    reason: Reason | None = None


class Trials:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_chat(self, chat_id: int) -> list[Tried]:
        """Return what became of each posting of a chat in the newest job that has it."""
        of_jobs = items.c.job_id.in_(select(jobs.c.id).where(jobs.c.chat_id == chat_id))
        columns = items.c.message_id, items.c.document_id, items.c.state, items.c.reason
        wanted = select(*columns).where(of_jobs, items.c.chat_id == chat_id)
        async with self._database.read() as connection:
            rows = await connection.execute(wanted.order_by(items.c.job_id, items.c.id))
            return _newest(Tried(*row) for row in rows)

    async def sources(self, track_ids: Collection[int]) -> dict[int, Posting]:
        """Return for tracks the newest posting of the very document that their file is, if known.

        What was found gone is none.
        """
        found: dict[int, Posting] = {}
        is_same = items.c.document_id == tracks.c.document_id
        its = (postings.c.chat_id == items.c.chat_id, postings.c.message_id == items.c.message_id)
        joined = items.join(tracks, is_same).outerjoin(postings, and_(*its))
        wanted = select(tracks.c.id, items.c.chat_id, items.c.message_id).select_from(joined)
        wanted = wanted.where(postings.c.gone_at.is_(None)).order_by(items.c.id)
        async with self._database.read() as connection:
            for some in batches(track_ids):
                rows = await connection.execute(wanted.where(tracks.c.id.in_(some)))
                found |= {row.id: Posting(row.chat_id, row.message_id) for row in rows}
        return found

    async def queries(self, chat_id: int) -> list[str]:
        """Return by which queries jobs have chosen among the postings of a chat."""
        wanted = select(jobs.c.request).where(jobs.c.chat_id == chat_id).distinct()
        async with self._database.read() as connection:
            requests = [request_from(one) for one in await connection.scalars(wanted)]
        return sorted({one.query for one in requests} - {""})

    async def damaged(self, track_ids: Collection[int], now: datetime) -> None:
        """Note that the files of these tracks are not what was entered: they are fetched anew."""
        async with self._database.write(is_aside=True) as connection:
            for some in batches(track_ids):
                these = update(tracks).where(tracks.c.id.in_(some))
                await connection.execute(these.values(damaged_at=now))


def _newest(tried: Iterable[Tried]) -> list[Tried]:
    """Keep of each document the last; in some chats each account numbers messages by itself.

    A posting that was fetched once is not linked because it was asked for again.
    """
    newest: dict[tuple[int, int | None], Tried] = {}
    for one in tried:
        key = (one.message_id, one.document_id)
        before = newest.get(key)
        is_again = before is not None and before.state is ItemState.SAVED
        if not (is_again and one.state is ItemState.LINKED):
            newest[key] = one
    return [*newest.values()]
