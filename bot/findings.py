"""Looks up what became of a posting, or of a whole job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from bot.discretion import without_place
from bot.jobview import TROUBLES
from bot.links import Link
from downloader.publishing import is_there
from storage.errors import DiskFailure
from storage.fates import Fate
from storage.models import Chat, Item, ItemState, Job, Tally, Track
from storage.removals import Removal
from storage.store import Store

log = structlog.get_logger(__name__)

# Older jobs than these have nothing to add about a posting.
_NEWEST = 20
_TOLD = TROUBLES | {ItemState.SKIPPED}


@dataclass(frozen=True, slots=True)
class Found:
    """A posting inside one job. `track` is what it was saved as; its file may be `gone` since.

    It is the one that it was `merged` with, where only that has its file; or it has `replaced`
    others. Was its file removed on purpose, `removal` tells of it, and `kept_of` which chat it was
    too much of, if of any. `other_chat` is where it was fetched from, if that is known and was
    another chat. `fate` is what became of the posting itself, and `from_chat` where it was
    forwarded from, if we know that chat.
    """

    item: Item
    job: Job
    track: Track | None = None
    gone: bool = False
    merged: bool = False
    other_chat: Chat | None = None
    removal: Removal | None = None
    kept_of: Chat | None = None
    replaced: bool = False
    fate: Fate | None = None
    from_chat: Chat | None = None


@dataclass(frozen=True, slots=True)
class PostingFindings:
    """`found` newest first; `job` is the newest of the chat that has no items at all yet."""

    link: Link
    found: Sequence[Found] = ()
    job: Job | None = None

    def for_whom(self, is_open: Callable[[Job], bool]) -> PostingFindings:
        """Leave out what came of jobs that are none of the asker's business."""
        found = [one for one in self.found if is_open(one.job)]
        job = self.job if self.job and is_open(self.job) else None
        return PostingFindings(self.link, found, job)

    def without_places(self) -> PostingFindings:
        """Leave out where the disk had trouble."""
        found = [replace(one, item=without_place(one.item)) for one in self.found]
        return replace(self, found=found, job=self.job and without_place(self.job))


@dataclass(frozen=True, slots=True)
class JobFindings:
    """`items` are those with trouble, in planned order."""

    job: Job
    tally: Tally
    items: Sequence[Item]

    def without_places(self) -> JobFindings:
        """Leave out where the disk had trouble."""
        items = [without_place(item) for item in self.items]
        return replace(self, job=without_place(self.job), items=items)


class Findings:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def of_posting(self, link: Link) -> PostingFindings:
        """Look up a link to exactly one message."""
        assert link.first is not None
        chat = await self._store.chats.named(link.chat)
        items = []
        if chat is not None:
            items = await self._store.items.of_posting(chat.id, link.first, _NEWEST)
        if items:
            return PostingFindings(link, [await self._found(item) for item in items])
        return PostingFindings(link, job=await self._without_items(link, chat))

    async def of_job(self, job: Job) -> JobFindings:
        tallies = await self._store.items.tally([job.id])
        items = await self._store.items.in_states([job.id], _TOLD)
        return JobFindings(job, tallies[job.id], items)

    async def _found(self, item: Item) -> Found:
        job = await self._store.jobs.get(item.job_id)
        assert job is not None, "an item belongs to a job"
        saved = await self._store.catalog.get(item.track_id) if item.track_id else None
        track, merged = saved, False
        if saved is not None and saved.path is None and saved.better_id is not None:
            track, merged = await self._store.catalog.get(saved.better_id), True
        gone = track is not None and not await self._is_there(track)
        chat_id, _, message_id = item.detail.partition("/")
        known = message_id.isdecimal() and chat_id.removeprefix("-").isdecimal()
        other = await self._store.chats.get(int(chat_id)) if known else None
        removal = await self._store.removals.of(track.id) if track is not None else None
        kept_of = await self._store.chats.get(removal.chat_id or 0) if removal else None
        replaced = saved is not None and await self._store.rulings.has_replaced(saved.id)
        fate = await self._store.fates.of(item.chat_id, item.message_id)
        origin = fate.forwarded.chat_id if fate is not None and fate.forwarded else None
        from_chat = await self._store.chats.get(origin) if origin is not None else None
        its = removal, kept_of, replaced, fate, from_chat
        return Found(item, job, track, gone, merged, other, *its)

    async def _is_there(self, track: Track) -> bool:
        try:
            return await is_there(self._store, track)
        except DiskFailure as failure:
            log.warning("library not looked at", error=str(failure))
            return True  # as far as we know

    async def _without_items(self, link: Link, chat: Chat | None) -> Job | None:
        """Return the newest job that was to read the chat, if it found nothing or has not yet."""
        for job in reversed(await self._store.jobs.every()):
            its_chat = job.chat is not None and chat is not None and job.chat.id == chat.id
            named = job.request.message_ids
            if (its_chat or job.request.chat == link.chat) and (not named or link.first in named):
                return None if await self._store.items.any_of(job.id) else job
        return None
