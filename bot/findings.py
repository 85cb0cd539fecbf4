"""Looks up what became of a posting, or of a whole job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.jobview import TROUBLES
from bot.links import Link
from downloader.publishing import is_there
from storage.errors import DiskFailure
from storage.models import Chat, Item, ItemState, Job, Tally, Track
from storage.store import Store

log = structlog.get_logger(__name__)

# Older jobs than these have nothing to add about a posting.
_NEWEST = 20
_TOLD = TROUBLES | {ItemState.SKIPPED}


@dataclass(frozen=True, slots=True)
class Found:
    """A posting inside one job. `track` is what it was saved as, or that was merged with.

    Its file may be `gone` since. `other_chat` is where it was fetched from, if that is known and
    was another chat.
    """

    item: Item
    job: Job
    track: Track | None = None
    gone: bool = False
    other_chat: Chat | None = None


@dataclass(frozen=True, slots=True)
class PostingFindings:
    """`found` newest first; `job` is the newest of the chat that has no items at all yet."""

    link: Link
    found: Sequence[Found] = ()
    job: Job | None = None


@dataclass(frozen=True, slots=True)
class JobFindings:
    """`items` are those with trouble, in planned order."""

    job: Job
    tally: Tally
    items: Sequence[Item]


class Findings:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def of_posting(self, link: Link) -> PostingFindings:
        """Look up a link to exactly one message."""
        assert link.first is not None
        chat = await self._chat(link.chat)
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

    async def _chat(self, name: str) -> Chat | None:
        if name.startswith("@"):
            return await self._store.chats.by_username(name)
        return await self._store.chats.get(int(name))

    async def _found(self, item: Item) -> Found:
        job = await self._store.jobs.get(item.job_id)
        assert job is not None, "an item belongs to a job"
        track = await self._track(item.track_id) if item.track_id else None
        gone = track is not None and not await self._is_there(track)
        chat_id, _, message_id = item.detail.partition("/")
        known = message_id.isdecimal() and chat_id.removeprefix("-").isdecimal()
        other = await self._store.chats.get(int(chat_id)) if known else None
        return Found(item, job, track, gone, other)

    async def _track(self, track_id: int) -> Track | None:
        """Return the track that has the file: the better one, where it was merged with that."""
        track = await self._store.catalog.get(track_id)
        if track is not None and track.path is None and track.better_id is not None:
            return await self._store.catalog.get(track.better_id)
        return track

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
