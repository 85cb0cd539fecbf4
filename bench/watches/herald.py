"""Posts songs, and tells of them as badly as Telegram may: late, twice, or not at all."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sandbox.world import Change, Chat, Document, World

_LARGEST = 12_000  # bytes
_ALBUM = 10  # postings at most are sent together
_AGAIN = 0.1  # of the postings carry a document that was posted before
_CHATTER = 0.3  # of what is posted is no music
_TOGETHER = 0.1  # of what is posted is an album
_LATEST = 40.0  # seconds
# An update is lost with this chance, doubled or late with half of it: 20 to 50 % of each chat's.
_LEAST, _MOST = 0.2, 0.5


@dataclass
class Herald:
    """`posted` are all postings of music, by chat and message, with their documents."""

    world: World
    chats: Sequence[Chat]
    chance: random.Random
    posted: dict[tuple[int, int], Document] = field(default_factory=dict)
    told: Counter[str] = field(default_factory=Counter)
    _shares: dict[int, float] = field(default_factory=dict)

    def post(self) -> None:
        """Post a song, an album, or something else, into any chat."""
        chat, chance = self.chance.choice(self.chats), self.chance.random()
        if chance < _CHATTER:
            self._post(chat, None, None)
        elif chance < _CHATTER + _TOGETHER:
            album = self.world.new_album()
            for _ in range(self.chance.randint(2, _ALBUM)):
                self._post(chat, self._song(), album)
        else:
            self._post(chat, self._song(), None)

    def _song(self) -> Document:
        if self.posted and self.chance.random() < _AGAIN:
            return self.chance.choice(list(self.posted.values()))
        number = len(self.posted) + 1
        return self.world.add_document(
            size=self.chance.randint(1, _LARGEST),
            name=f"{number}.mp3",
            title=f"Song {number}",
            performer="Ann",
            duration=timedelta(minutes=3),
        )

    def _post(self, chat: Chat, document: Document | None, album: int | None) -> None:
        text = "" if document else "no music"
        post = self.world.post(chat, text, document, album=album, quiet=True)
        if document is not None:
            self.posted[chat.marked_id, post.id] = document
        self._tell(chat, chat.log[-1])

    def _tell(self, chat: Chat, change: Change) -> None:
        share = self._shares.setdefault(chat.id, self.chance.uniform(_LEAST, _MOST))
        if self.chance.random() < share:
            self.told["lost"] += 1
            return
        self._soon(chat, change)
        if self.chance.random() < share / 2:
            self.told["twice"] += 1
            self._soon(chat, change)

    def _soon(self, chat: Chat, change: Change) -> None:
        """Tell of it, at once or so late that others overtake it."""
        self.told["told"] += 1
        is_late = self.chance.random() < self._shares[chat.id] / 2
        self.told["late"] += is_late
        delay = self.chance.uniform(0, _LATEST) if is_late else 0.0
        asyncio.get_running_loop().call_later(delay, self._deliver, chat, change)

    def _deliver(self, chat: Chat, change: Change) -> None:
        for listener in self.world.listeners:
            listener(chat, change)
