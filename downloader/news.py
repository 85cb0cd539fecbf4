"""What accounts hear of chats as it happens. A hint: any of it may be lost, or come twice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from downloader.bell import Bell


@dataclass(frozen=True, slots=True)
class Heard:
    """The chats in which audio was posted; with `has_missed`, others may be among them."""

    chats: frozenset[int]
    has_missed: bool


@dataclass(frozen=True, slots=True)
class Touched:
    """A message that was edited, and then `carries_audio` or not, or that was deleted."""

    chat_id: int
    message_id: int
    carries_audio: bool = False


class News:
    """Passes on in which chats audio has just been posted, and what was changed.

    `wishes` rings when somebody begins to listen, or ceases to.
    """

    def __init__(self) -> None:
        self.is_wanted = False
        self.wishes = Bell()
        self._arrivals = Bell()
        self._chats: set[int] = set()
        self._has_missed = False
        self._touches = Bell()
        self._touched: dict[int, set[Touched]] = {}

    def want(self, is_wanted: bool) -> None:  # noqa: FBT001 - that is all it says
        if self.is_wanted != is_wanted:
            self.is_wanted = is_wanted
            self.wishes.ring()

    def heard(self, *chat_ids: int) -> None:
        if chat_ids:
            self._chats.update(chat_ids)
            self._arrivals.ring()

    def touched(self, *touched: Touched) -> None:
        for one in touched:
            self._touched.setdefault(one.chat_id, set()).add(one)
        if touched:
            self._touches.ring()

    async def touches(self) -> dict[int, Collection[Touched]]:
        """Wait until something was changed, and take it, by chat."""
        ring = self._touches.next_ring()
        if not self._touched:
            await ring.wait()
        touched: dict[int, Collection[Touched]] = {**self._touched}
        self._touched.clear()
        return touched

    def missed(self) -> None:
        """Note that an account was away: anything may have happened meanwhile."""
        self._has_missed = True
        self._arrivals.ring()

    async def arrive(self) -> None:
        """Wait for something new."""
        ring = self._arrivals.next_ring()
        if not (self._chats or self._has_missed):
            await ring.wait()

    def taken(self) -> Heard:
        """Take what was heard of so far."""
        heard = Heard(frozenset(self._chats), self._has_missed)
        self._chats.clear()
        self._has_missed = False
        return heard
