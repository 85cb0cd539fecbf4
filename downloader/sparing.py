"""Which postings need not be fetched, since so much of their chat is not kept. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from downloader.retaining import beyond
from storage.models import Audio
from storage.retention import Held, Retention

_AT_ONCE = 10_000  # postings that are looked at together


class Sparing:
    """Takes postings of one chat part by part, and tells which would go at once.

    `held` are the files of the chat. What comes now is not old: it goes only for those that were
    posted later, however many more there are. So nothing is remembered that lies behind the first
    one to go, and no more than is kept.
    """

    def __init__(
        self, chat_id: int, held: Sequence[Held], retention: Retention, now: datetime
    ) -> None:
        self._chat_id = chat_id
        self._retention = retention
        self._now = now
        self._staying = list(held)
        self._pending = 0  # of them were not looked at yet
        self._first_to_go: tuple[datetime, int] | None = None
        self._going: list[int] = []

    def take(self, number: int, audio: Audio) -> None:
        """Take the posting of that number, from 1 on; the first of one moment is the newest."""
        if self._retention.count is None and self._retention.size is None:
            return
        one = Held(-number, audio.size, self._now, {self._chat_id: audio.posted_at})
        if self._first_to_go is not None and self._place(one) < self._first_to_go:
            self._going.append(number)
            return
        self._staying.append(one)
        self._pending += 1
        if self._pending >= _AT_ONCE:
            self._look()

    def going(self) -> frozenset[int]:
        """Return the numbers of those that would go."""
        if self._pending:
            self._look()
        return frozenset(self._going)

    def _look(self) -> None:
        self._pending = 0
        let_go = beyond(self._staying, self._chat_id, self._retention, self._now)
        gone = [one for one in self._staying if one.track_id < 0 and one.track_id in let_go]
        if gone:
            self._going += [-one.track_id for one in gone]
            first = self._first_to_go = max(map(self._place, gone))
            self._staying = [one for one in self._staying if self._place(one) > first]

    def _place(self, one: Held) -> tuple[datetime, int]:
        return one.posted[self._chat_id], one.track_id


def spared(
    found: Sequence[Audio],
    known: Collection[int],
    held: Sequence[Held],
    retention: Retention,
    now: datetime,
) -> list[Audio]:
    """Return what would go at once; everything is of one chat, and `held` are its files.

    Of `known` documents it is decided elsewhere: they are in the library, or were removed from it.
    """
    new = [audio for audio in found if audio.document_id not in known]
    if not new:
        return []
    sparing = Sparing(new[0].chat_id, held, retention, now)
    for number, audio in enumerate(new, start=1):
        sparing.take(number, audio)
    going = sparing.going()
    return [audio for number, audio in enumerate(new, start=1) if number in going]
