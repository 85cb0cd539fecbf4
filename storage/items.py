"""Items: the postings of a job, each with its own state. Claiming work goes through here alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, select, true, update

from storage.batches import batches
from storage.claims import Claim, Offer, fairest, offers
from storage.database import Database
from storage.item_rows import find_item, item_from, move_item, new_audio, new_missing
from storage.job_rows import found_job
from storage.models import Audio, Item, ItemState, JobState, Reason, Tally
from storage.ruling import RulingKind
from storage.states import ENDED_ITEMS
from storage.stretch import Looked
from storage.stretches import put_looked
from storage.tables import items, jobs, listings, postings, rulings, tracks
from storage.upsert import insert_new

_RETRIED = (ItemState.FAILED, ItemState.CANCELLED, ItemState.PARKED, ItemState.WAITING)
_TRIED = 5  # postings, where that of an item is gone
_GROUP = 10  # messages at most are sent together
_HELD_UP = (ItemState.WAITING, ItemState.PARKED)
_UNWANTED = frozenset({ItemState.SKIPPED, ItemState.REMOVED, ItemState.FAILED, ItemState.CANCELLED})
_AT_REST = frozenset({ItemState.SAVED, ItemState.LINKED})


class Items:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._served = 0  # the job that got the last claim; only fairness hangs on it

    async def add(
        self,
        job_id: int,
        found: Sequence[Audio],
        missing: Sequence[int] = (),
        chat_id: int = 0,
        looked: Looked | None = None,
    ) -> None:
        """Store the plan of a job, or the rest of it, in order; it is whole then.

        What was looked at for it is noted with it. What is stored already stays as it is.
        """
        rows = [new_audio(job_id, audio) for audio in found]
        rows += [new_missing(job_id, chat_id, message_id) for message_id in missing]
        async with self._database.write() as connection:
            await insert_new(connection, items, rows)
            await connection.execute(delete(listings).where(listings.c.job_id == job_id))
            await put_looked(connection, looked)

    async def get(self, item_id: int) -> Item | None:
        async with self._database.read() as connection:
            return await find_item(connection, item_id)

    async def of_job(self, job_id: int) -> list[Item]:
        """Return the items in planned order."""
        return await self._those(items.c.job_id == job_id)

    async def queued(self, job_id: int, after: int, limit: int) -> list[Item]:
        """Return the next queued items of the job behind one, in planned order."""
        these = (items.c.job_id == job_id) & (items.c.state == ItemState.QUEUED)
        some = select(items).where(these, items.c.id > after).order_by(items.c.id).limit(limit)
        async with self._database.read() as connection:
            return [item_from(row) for row in await connection.execute(some)]

    async def of_posting(self, chat_id: int, message_id: int, limit: int) -> list[Item]:
        """Return what became of one message in the newest jobs that hold it, newest first."""
        # By way of the jobs: each has an index by message.
        wanted = (
            select(items)
            .select_from(jobs.join(items, items.c.job_id == jobs.c.id))
            .where(items.c.chat_id == chat_id, items.c.message_id == message_id)
            .order_by(jobs.c.id.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(wanted)
            return [item_from(row) for row in rows]

    async def elsewhere(self, audio: Audio) -> list[Audio]:
        """Return other postings of the same document that were seen, the newest first, a few."""
        own = (items.c.chat_id == audio.chat_id) & (items.c.message_id == audio.message_id)
        last = func.max(items.c.id)
        wanted = (
            select(last)
            .where(items.c.document_id == audio.document_id, ~own, ~_is_gone())
            .group_by(items.c.chat_id, items.c.message_id)
            .order_by(last.desc())
            .limit(_TRIED)
        )
        found = await self._those(items.c.id.in_(wanted))
        return [item.audio for item in reversed(found) if item.audio is not None]

    async def sent_together(self, item: Item) -> list[Audio]:
        """Return what of the item's job was sent together with it, itself too, in that order."""
        audio = item.audio
        if audio is None or audio.album is None:
            return [audio] if audio else []
        near = (audio.message_id - _GROUP, audio.message_id + _GROUP)
        found = await self._those(
            (items.c.job_id == item.job_id)
            & (items.c.chat_id == item.chat_id)
            & items.c.message_id.between(*near)
        )
        audios = [one.audio for one in found if one.audio and one.audio.album == audio.album]
        return sorted(audios, key=attrgetter("message_id"))

    async def any_of(self, job_id: int) -> bool:
        """Tell whether the job has any item."""
        first = select(items.c.id).where(items.c.job_id == job_id).limit(1)
        async with self._database.read() as connection:
            return await connection.scalar(first) is not None

    async def unwanted(self, job_id: int) -> frozenset[int]:
        """Return the documents of the job that no item of any job is still to bring."""
        other = items.alias("other")
        wanted = exists().where(
            other.c.document_id == items.c.document_id, other.c.state.not_in(ENDED_ITEMS)
        )
        these = (items.c.job_id == job_id) & items.c.document_id.is_not(None)
        async with self._database.read() as connection:
            found = await connection.scalars(select(items.c.document_id).where(these, ~wanted))
            return frozenset(found)

    async def every(self) -> list[Item]:
        """Return all items, job by job, in planned order."""
        return sorted(await self._those(true()), key=lambda item: item.job_id)

    async def in_states(
        self, job_ids: Collection[int], states: Collection[ItemState]
    ) -> list[Item]:
        """Return the items of these jobs that are in one of the states, in planned order."""
        return await self._those(items.c.job_id.in_(job_ids) & items.c.state.in_(states))

    async def claim(self, now: datetime, resting: Collection[int] = ()) -> Claim | None:
        """Take the next item to work on, and move it to fetching, in one step.

        It is one of a running job, queued or with its waiting time over, and no active item
        holds its document. The job with the fewest active items is served first, then the next
        one after the last served; inside a job the planned order counts. The jobs in `resting`
        are passed over.
        """
        async with self._database.write() as connection:
            rows = await connection.execute(offers(), {"now": now})
            chosen = fairest(
                [Offer(*row) for row in rows if row.job_id not in resting], self._served
            )
            if chosen is None:
                return None
            item = await move_item(connection, chosen, ItemState.FETCHING)
            job = await found_job(connection, item.job_id)
        self._served = job.id
        return Claim(item, job)

    async def move(
        self,
        item_id: int,
        state: ItemState,
        *,
        reason: Reason | None = None,
        detail: str = "",
        until: datetime | None = None,
        attempts: int | None = None,
    ) -> Item:
        """Move the item; reason, detail and time are replaced, attempts only when given."""
        values: dict[str, Any] = {"reason": reason, "detail": detail, "until": until}
        if attempts is not None:
            values["attempts"] = attempts
        async with self._database.write() as connection:
            return await move_item(connection, item_id, state, values)

    async def drop(self, item_ids: Collection[int]) -> None:
        """Forget items that nobody has begun with."""
        async with self._database.write() as connection:
            for some in batches(item_ids):
                untouched = items.c.id.in_(some) & (items.c.state == ItemState.QUEUED)
                await connection.execute(delete(items).where(untouched))

    async def leave_out(self, removed: Sequence[tuple[Item, int]]) -> list[Item]:
        """End these items because their tracks were removed; return them as they are then."""
        async with self._database.write() as connection:
            return [
                await move_item(connection, item.id, ItemState.REMOVED, {"track_id": track_id})
                for item, track_id in removed
            ]

    async def waiting_for(self, document_id: int) -> list[Item]:
        """Return the queued items of running jobs that want a document."""
        running = select(jobs.c.id).where(jobs.c.state == JobState.RUNNING)
        return await self._those(
            (items.c.document_id == document_id)
            & (items.c.state == ItemState.QUEUED)
            & items.c.job_id.in_(running)
        )

    async def next_due(self) -> datetime | None:
        """Return when the first waiting item of a running job may go on."""
        first = (
            select(items.c.until)
            .join(jobs)
            .where(items.c.state == ItemState.WAITING, jobs.c.state == JobState.RUNNING)
            .where(items.c.until.is_not(None))
            .order_by(items.c.until)
            .limit(1)
        )
        async with self._database.read() as connection:
            return await connection.scalar(first)

    async def tally(self, job_ids: Sequence[int]) -> dict[int, Tally]:
        """Count the items of each job; a job without items gets an empty tally.

        Wanted are the bytes of all items but those skipped, failed or cancelled; done are those
        of saved and linked ones.
        """
        sums = select(
            items.c.job_id,
            items.c.state,
            func.count().label("number"),
            func.sum(items.c.size).label("size"),
        ).group_by(items.c.job_id, items.c.state)
        of_job: dict[int, list[tuple[ItemState, int, int]]] = {job_id: [] for job_id in job_ids}
        async with self._database.read() as connection:
            for some in batches(job_ids):
                rows = await connection.execute(sums.where(items.c.job_id.in_(some)))
                for job_id, *counted in rows:
                    of_job[job_id].append((counted[0], counted[1], counted[2]))
        return {job_id: _tally(counts) for job_id, counts in of_job.items()}

    async def replaced(self, job_ids: Sequence[int]) -> dict[int, int]:
        """Count for each job, where there are any, what was saved in place of lesser files."""
        # Few are, and items are found by their documents.
        of_rulings = rulings.join(tracks, tracks.c.id == rulings.c.track_id)
        wanted = (
            select(items.c.job_id, func.count(tracks.c.id.distinct()).label("number"))
            .select_from(of_rulings.join(items, items.c.document_id == tracks.c.document_id))
            .where(rulings.c.kind == RulingKind.MERGED, items.c.state == ItemState.SAVED)
            .group_by(items.c.job_id)
        )
        found: dict[int, int] = {}
        async with self._database.read() as connection:
            for some in batches(job_ids):
                rows = await connection.execute(wanted.where(items.c.job_id.in_(some)))
                found |= {row.job_id: row.number for row in rows}
        return found

    async def interrupted(self) -> list[Item]:
        """Return the items that were being published, oldest first."""
        return await self._those(items.c.state == ItemState.PUBLISHING)

    async def stop(self, job_id: int, state: ItemState = ItemState.CANCELLED) -> int:
        """Move every item of the job that has not ended to `state`; return how many."""
        open_ones = (items.c.job_id == job_id) & items.c.state.not_in(ENDED_ITEMS)
        return await self._change(open_ones, {"state": state})

    async def retry(self, job_id: int) -> int:
        """Queue again what failed, was cancelled, is parked or waits; return how many."""
        these = (items.c.job_id == job_id) & items.c.state.in_(_RETRIED)
        return await self._change(these, {"state": ItemState.QUEUED, "attempts": 0, "kills": 0})

    async def wait_no_more(self, reasons: Collection[Reason]) -> int:
        """Queue again what waits or is parked for one of these reasons; return how many."""
        these = items.c.state.in_(_HELD_UP) & items.c.reason.in_(reasons)
        return await self._change(these, {"state": ItemState.QUEUED})

    async def _change(self, these: ColumnElement[bool], values: dict[str, Any]) -> int:
        cleared = {"reason": None, "detail": "", "until": None}
        async with self._database.write() as connection:
            return (
                await connection.execute(update(items).where(these).values(**values, **cleared))
            ).rowcount

    async def _those(self, wanted: ColumnElement[bool]) -> list[Item]:
        async with self._database.read() as connection:
            rows = await connection.execute(select(items).where(wanted).order_by(items.c.id))
            return [item_from(row) for row in rows]


def _is_gone() -> ColumnElement[bool]:
    """Tell of a posting that it is known to be not in its chat any more."""
    its = postings.c.chat_id == items.c.chat_id, postings.c.message_id == items.c.message_id
    return exists().where(*its, postings.c.gone_at.is_not(None))


def _tally(sums: Sequence[tuple[ItemState, int, int]]) -> Tally:
    return Tally(
        items={state: number for state, number, _ in sums},
        bytes_wanted=sum(size for state, _, size in sums if state not in _UNWANTED),
        bytes_done=sum(size for state, _, size in sums if state in _AT_REST),
    )
