"""Where a list of postings goes on after it was broken off. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from storage.listings import Mark
from storage.models import Audio, Order, Request
from storage.stretch import Looked, Stretch

_FOUND, _READ = 1000, 5000  # postings, after which it is stored how far a list is


@dataclass(slots=True)
class Listing:
    """What was found in a chat, and the `rest` that is still to be asked for; None if nothing.

    Only what is wanted is kept of what arrives, until it is stored: `begun` tells how far that is.
    """

    chat_id: int
    request: Request
    asked: Request | None  # of the source
    is_wanted: Callable[[Audio], bool]
    found: list[Audio] = field(default_factory=list)
    begun: Mark | None = None
    is_refused_takeout: bool = False
    _read: int = 0  # since then
    _last: Audio | None = None  # that arrived of what was asked, and how many did
    _arrived: int = 0
    _are_numbers_shared: bool = True
    _lowest: int | None = None  # of the messages that have arrived
    _highest: int = 0
    _is_at_end: bool = False

    def __post_init__(self) -> None:
        if self.begun is not None and self.asked is not None:
            self.asked = _behind(self.asked, self.begun.message_id, self.begun.read)

    @property
    def rest(self) -> Request | None:
        if self.asked is None or self._last is None:
            return self.asked
        return rest_of(self.asked, self._last, self._arrived)

    @property
    def has_enough(self) -> bool:
        found = len(self.found) + (self.begun.found if self.begun else 0)
        return not self.request.message_ids and found >= self.request.limit

    @property
    def may_go_on(self) -> bool:
        """Tell whether any account may read the rest: not where each has numbers of its own."""
        return self._are_numbers_shared

    @property
    def is_long(self) -> bool:
        """Tell whether so much has come that a kill should not cost it."""
        is_much = len(self.found) >= _FOUND or self._read >= _READ
        return is_much and self.may_go_on and not self.request.message_ids

    def mark(self, last: Audio) -> Mark:
        """Return how far it is when `last` was the last to arrive."""
        read, found = (self.begun.read, self.begun.found) if self.begun else (0, 0)
        return Mark(read + self._read, found + len(self.found), last.message_id)

    def stored(self, mark: Mark) -> None:
        """Forget what has been stored."""
        self.begun, self._read = mark, 0
        self.found.clear()

    @property
    def looked(self) -> Looked | None:
        """Tell of which messages none was passed over, as far as all accounts number them alike.

        Nothing is said of those behind the last that has arrived: they may not be there yet.
        """
        wanted = self.request
        if self._lowest is None or wanted.message_ids or not self._are_numbers_shared:
            return None
        first = self._lowest
        begins_there = wanted.order is Order.OLDEST or self._is_at_end
        if begins_there and wanted.since is None:
            first = min(first, max(wanted.first_id or 1, 1))
        read = Stretch(first, self._highest)
        return Looked(self.chat_id, read, wanted.topic, voice=wanted.voice)

    def end(self) -> None:
        """Note that no more has come; that is all there is unless no more was asked for."""
        self._is_at_end = self.rest is not None

    def ask(self) -> Request | None:
        """Return what is to be asked of the source now; None where that is all."""
        self.asked, self._last, self._arrived = self.rest, None, 0
        return self.asked

    def go_without_takeout(self) -> None:
        self.is_refused_takeout = True
        rest = self.ask()
        self.asked = rest and replace(rest, takeout=False)

    def add(self, audio: Audio) -> None:
        self._read += 1
        self._last, self._arrived = audio, self._arrived + 1
        if self.is_wanted(audio):
            self.found.append(audio)
        self._are_numbers_shared &= audio.account is None
        number = audio.message_id
        self._highest = max(self._highest, number)
        self._lowest = number if self._lowest is None else min(self._lowest, number)


def rest_of(request: Request, last: Audio, arrived: int = 1) -> Request | None:
    """Return what is still to be asked for when `last` was the last to arrive; None if nothing.

    To be asked for once a list is broken off: to say it for each posting would take longer than to
    read them.
    """
    number = last.message_id
    if request.message_ids:
        # What was named before it has arrived, or holds no audio.
        names = tuple(dict.fromkeys(request.message_ids))
        left = names[names.index(number) + 1 :] if number in names else names
        return replace(request, message_ids=left) if left else None
    return _behind(request, number, arrived)


def _behind(request: Request, number: int, read: int) -> Request | None:
    if request.limit <= read:
        return None
    rest = replace(request, limit=request.limit - read)
    if request.order is Order.NEWEST:
        return replace(rest, last_id=number - 1)
    return replace(rest, first_id=number + 1)
