"""What the catalogue says of a chat, to be held against the chat itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from downloader.audit import Disk, is_between
from storage.fates import Fate
from storage.models import Audio
from storage.query.facts import facts_of
from storage.query.matching import matches
from storage.query.parser import parse
from storage.query.tree import Query
from storage.store import Store
from storage.stretch import Stretch, is_held
from storage.tried import Tried
from storage.watch import GENERAL, Watch


@dataclass(slots=True)
class Books:
    """`fates` are the postings of the catalogue that were not met yet.

    Of the `stretches`, by topic, in those that are `spoken` voice messages were read too; those of
    the whole chat count for every topic and stand under None, too. `followers` are the
    watches of the chat, and by these `queries` was chosen. `disk` is how the files of tracks are,
    as far as they were looked at.
    """

    now: datetime
    fates: dict[int, Fate]
    by_message: dict[int, Tried]
    by_document: dict[int, Tried]
    stretches: dict[int | None, list[Stretch]]
    spoken: dict[int | None, list[Stretch]]
    followers: list[Watch]
    queries: dict[str, Query]
    disk: dict[int, Disk] = field(default_factory=dict)

    @property
    def speaks(self) -> bool:
        """Whether anybody has wanted voice messages of the chat."""
        fetched = any(one.voice for one in self.fates.values())
        return fetched or any(one.rules.voice for one in self.followers)

    def tried(self, audio: Audio) -> Tried | None:
        if audio.account is not None:  # its number is one of many messages
            return self.by_document.get(audio.document_id)
        return self.by_message.get(audio.message_id)

    def is_looked_at(self, audio: Audio) -> bool:
        return audio.account is None and is_held(self._read(audio), audio.message_id)

    def has_passed(self, audio: Audio) -> bool:
        """Tell whether a watch that wants it went on behind it and never looked at it."""
        if audio.account is not None or not is_between(self._read(audio), audio.message_id):
            return False
        return any(self._wants(one, audio) for one in self.followers)

    def unfit(self, audio: Audio) -> str:
        """Return a query that it does not fit; empty where there is none."""
        return next((query for query in self.queries if not self._fits(query, audio)), "")

    def _read(self, audio: Audio) -> list[Stretch]:
        read = self.spoken if audio.voice else self.stretches
        topic = audio.topic or GENERAL
        return read[topic if topic in read else None]

    def _wants(self, watch: Watch, audio: Audio) -> bool:
        rules, seen = watch.rules, watch.seen
        passed = seen is not None and (seen.message_id or 0) >= audio.message_id
        in_topic = rules.topic is None or rules.topic == (audio.topic or GENERAL)
        fits = not rules.query or self._fits(rules.query, audio)
        is_since = audio.posted_at >= watch.made_at  # of before, it wants only what was asked for
        return passed and is_since and in_topic and fits and (rules.voice or not audio.voice)

    def _fits(self, query: str, audio: Audio) -> bool:
        return matches(self.queries[query], facts_of(audio), self.now)


async def books_of(store: Store, chat_id: int, now: datetime) -> Books:
    tried = await store.trials.of_chat(chat_id)
    watches = await store.watches.every()
    followers = [one for one in watches if one.chat is not None and one.chat.id == chat_id]
    queries = {one.rules.query for one in followers} - {""}
    queries |= set(await store.trials.queries(chat_id))
    topics = [None, *await store.stretches.topics(chat_id)]
    return Books(
        now,
        await store.fates.of_chat(chat_id),
        {one.message_id: one for one in tried},
        {one.document_id: one for one in tried if one.document_id is not None},
        {one: await store.stretches.of(chat_id, one) for one in topics},
        {one: await store.stretches.of(chat_id, one, voice=True) for one in topics},
        followers,
        {query: parse(query) for query in sorted(queries)},
    )
