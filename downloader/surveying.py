"""Looks at a chat and tells what a watch would fetch of it, before anything is fetched."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from downloader.errors import OfflineError
from downloader.plan import stays_away, to_read, wanted
from downloader.publishing import is_there
from downloader.source import AudioSource
from downloader.sparing import spared
from storage.models import Audio, Chat, Request
from storage.query.facts import facts_of
from storage.query.matching import matches
from storage.query.parser import parse
from storage.query.tree import Query
from storage.retention import Retention
from storage.store import Store


@dataclass(slots=True)
class Survey:
    """What was found: `wanted` in the order of the request, and what is known of them.

    `known` of them are in the library, `removed` ones stay away since they were removed, and of the
    `surplus` no more is kept of the chat. `unfit` counts what does not fit, by the part of the
    query that says so; `first` and `last` were read first and last.
    """

    chat: Chat
    read: int = 0
    wanted: list[Audio] = field(default_factory=list)
    known: set[int] = field(default_factory=set)  # messages
    removed: set[int] = field(default_factory=set)
    surplus: set[int] = field(default_factory=set)
    unfit: Counter[str] = field(default_factory=Counter)
    first: Audio | None = None
    last: Audio | None = None

    def cost(self, audio: Audio) -> int:
        """Return how many bytes are fetched for one that is wanted; none where it stays away."""
        is_free = audio.message_id in self.known or audio.message_id in self.removed
        return 0 if is_free else audio.size

    @property
    def new(self) -> list[Audio]:
        passed_over = self.known | self.removed | self.surplus
        return [audio for audio in self.wanted if audio.message_id not in passed_over]

    @property
    def size(self) -> int:
        """Bytes that would be fetched."""
        return sum(audio.size for audio in self.new)


@dataclass(frozen=True, slots=True)
class Surveyor:
    store: Store
    source: AudioSource
    patience: timedelta

    async def chat(self, name: str) -> Chat:
        """Find a chat. Raises `downloader.errors`."""
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                return await self.source.chat(name)
        except TimeoutError as error:
            raise OfflineError("no answer in time") from error

    async def survey(
        self,
        chat: Chat,
        request: Request,
        now: datetime,
        parts: Sequence[str] = (),
        most: int | None = None,
    ) -> Survey:
        """Look at what a request asks for, and at no more than the `most` postings.

        `parts` are those of its query, all of which must fit. Raises `downloader.errors`.
        """
        found = Survey(chat)
        is_within = wanted(replace(request, query=""), now)
        queries = {part: parse(part) for part in parts or (request.query,)}
        async with aclosing(self.source.audio(chat, to_read(request))) as postings:
            async for audio in postings:
                found.read += 1
                found.first, found.last = found.first or audio, audio
                if is_within(audio):
                    _sort_in(found, audio, queries, now)
                if len(found.wanted) >= request.limit or found.read == most:
                    break
        found.known = await self._known(found.wanted)
        found.removed = await self._removed(found.wanted) - found.known
        return found

    async def keep_within(self, found: Survey, retention: Retention, now: datetime) -> None:
        """Note what would go into the trash at once by this retention of the chat."""
        held = await self.store.retentions.held(found.chat.id, now)
        going = spared(found.new, (), held, retention, now)
        found.surplus = {audio.message_id for audio in going}

    async def _removed(self, postings: Sequence[Audio]) -> set[int]:
        documents = [audio.document_id for audio in postings]
        away = await self.store.removals.of_documents(documents)
        return {
            audio.message_id
            for audio in postings
            if (removal := away.get(audio.document_id)) is not None and stays_away(audio, removal)
        }

    async def _known(self, postings: Sequence[Audio]) -> set[int]:
        documents = [audio.document_id for audio in postings]
        tracks = await self.store.catalog.known(documents)
        there = {document: await is_there(self.store, track) for document, track in tracks.items()}
        return {audio.message_id for audio in postings if there.get(audio.document_id)}


def _sort_in(found: Survey, audio: Audio, queries: Mapping[str, Query], now: datetime) -> None:
    facts = facts_of(audio)
    broken = next((part for part, one in queries.items() if not matches(one, facts, now)), None)
    if broken is None:
        found.wanted.append(audio)
    else:
        found.unfit[broken] += 1
