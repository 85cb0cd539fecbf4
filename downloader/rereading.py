"""Looks again at postings that were edited or deleted, and brings the catalogue up to date.

What is heard of that is a hint, as all news are: what was missed, an audit finds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import structlog

from downloader.clock import Clock
from downloader.editing import Editor
from downloader.errors import DownloaderError
from downloader.news import News, Touched
from downloader.plan import stays_away, wanted
from downloader.source import AudioSource
from downloader.supervision import keep_going
from storage.description import Description
from storage.fates import Edited, Order, Reread
from storage.models import Audio, Chat, Job, Origin, Request
from storage.removals import Removal
from storage.store import Store
from storage.watch import GENERAL, Watch, WatchState

log = structlog.get_logger(__name__)

_FIELDS = {"title": "title", "artist": "performer"}  # of a description, and of a posting


@dataclass(frozen=True, slots=True)
class Rereader:
    """`accepted` tells the engine of a job that was stored."""

    store: Store
    source: AudioSource
    clock: Clock
    editor: Editor
    accepted: Callable[[Job], None]
    news: News

    async def run(self) -> None:
        """Look at what was touched, until cancelled."""
        closing = asyncio.Event()
        try:
            await keep_going(self.step, self.clock, closing)
        finally:
            closing.set()

    async def step(self) -> None:
        """Wait until something was touched, and look at it."""
        for chat_id, touched in (await self.news.touches()).items():
            try:
                await self.look(chat_id, touched)
            except DownloaderError as error:
                log.info("touched postings not looked at", chat=chat_id, error=str(error))

    async def look(self, chat_id: int, touched: Collection[Touched]) -> Reread | None:
        """Look at the messages of a chat that matter. Raises `downloader.errors`."""
        chat = await self.store.chats.get(chat_id)
        numbers = [one.message_id for one in touched]
        known = await self.store.fates.among(chat_id, numbers)
        followers = [one for one in await self.store.watches.every() if _follows(one, chat_id)]
        maybe_new = {one.message_id for one in touched if one.carries_audio and followers}
        asked = sorted(known.keys() | maybe_new)
        if chat is None or not asked:
            return None
        request = Request(str(chat_id), len(asked), message_ids=tuple(asked), voice=True)
        async with aclosing(self.source.audio(chat, request)) as postings:
            seen = {audio.message_id: audio async for audio in postings}
        now = self.clock.on_the_wall()
        documents = {audio.document_id for audio in seen.values()}
        removals = await self.store.removals.of_documents(documents)
        order = partial(_order, followers, now, removals)
        result = await self.take(chat_id, list(known), seen, now, order)
        for number in sorted(seen.keys() - known.keys()):
            since = [one for one in followers if seen[number].posted_at >= one.made_at]
            await self._take_new(chat, seen[number], partial(_order, since, now, removals), now)
        return result

    async def take(
        self,
        chat_id: int,
        asked: Sequence[int],
        seen: Mapping[int, Audio],
        now: datetime,
        order: Order = lambda _: None,
    ) -> Reread:
        """Bring the catalogue up to date with what these messages hold."""
        result = await self.store.fates.reread(chat_id, asked, seen, now, order)
        for one in result.edited:
            await self.store.edits.complete(one.track_id, partial(called_anew, one))
        if result.edited:
            self.editor.look()
        for job in result.jobs:
            self.accepted(job)
        if result.gone or result.exchanged or result.edited:
            counts = {"gone": len(result.gone), "exchanged": len(result.exchanged)}
            log.info("postings changed", chat=chat_id, edited=len(result.edited), **counts)
        return result

    async def _take_new(self, chat: Chat, audio: Audio, order: Order, now: datetime) -> None:
        """Order a posting that was passed over as it was before, if it fits now.

        Of what was posted before it was made, a watch wants only what was asked for.
        """
        job = await self.store.fates.order(chat, audio, order, now)
        if job is not None:
            self.accepted(job)


def called_anew(edited: Edited, called: Description) -> Description:
    """Call a track as its posting says now, as far as it was called as that said before."""
    told = {
        field: getattr(edited.now, name)
        for field, name in _FIELDS.items()
        if getattr(edited.before, name) != getattr(edited.now, name)
        and getattr(called, field) == getattr(edited.before, name)
    }
    return replace(called, **told)


def _follows(watch: Watch, chat_id: int) -> bool:
    is_its = watch.chat is not None and watch.chat.id == chat_id
    return is_its and watch.state is WatchState.ACTIVE


def _order(
    followers: Sequence[Watch], now: datetime, removals: Mapping[int, Removal], audio: Audio
) -> tuple[Request, Origin] | None:
    """Return what orders a posting for the first watch that wants it, and has passed it."""
    removal = removals.get(audio.document_id)
    if removal is not None and stays_away(audio, removal):
        return None
    for watch in followers:
        rules, seen = watch.rules, watch.seen
        passed = seen is not None and (seen.message_id or 0) >= audio.message_id
        in_topic = rules.topic is None or rules.topic == (audio.topic or GENERAL)
        fits = wanted(Request(watch.name, 1, voice=rules.voice, query=rules.query), now)
        if passed and in_topic and fits(audio):
            return _request(watch, audio), watch.origin
    return None


def _request(watch: Watch, audio: Audio) -> Request:
    asking = watch.rules.asking(str(audio.chat_id), 1)
    return replace(asking, topic=None, message_ids=(audio.message_id,), watch=watch.id)
