"""Where a list of postings goes on after it was broken off. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from storage.models import Audio, Order, Request


@dataclass(slots=True)
class Listing:
    """What was found in a chat, and what is still to be asked for; None when that is all.

    Only what is wanted is kept of what arrives.
    """

    chat_id: int
    request: Request
    rest: Request | None
    is_wanted: Callable[[Audio], bool]
    found: list[Audio] = field(default_factory=list)
    is_refused_takeout: bool = False
    _are_numbers_shared: bool = True

    @property
    def has_enough(self) -> bool:
        return not self.request.message_ids and len(self.found) >= self.request.limit

    @property
    def may_go_on(self) -> bool:
        """Tell whether any account may read the rest: not where each has numbers of its own."""
        return self._are_numbers_shared

    def go_without_takeout(self) -> None:
        self.is_refused_takeout = True
        self.rest = self.rest and replace(self.rest, takeout=False)

    def add(self, audio: Audio) -> None:
        if self.is_wanted(audio):
            self.found.append(audio)
        self._are_numbers_shared &= audio.account is None
        self.rest = self.rest and rest_of(self.rest, audio)


def rest_of(request: Request, last: Audio) -> Request | None:
    """Return what is still to be asked for when `last` was the last to arrive; None if nothing."""
    number = last.message_id
    if request.message_ids:
        # What was named before it has arrived, or holds no audio.
        names = tuple(dict.fromkeys(request.message_ids))
        left = names[names.index(number) + 1 :] if number in names else names
        return replace(request, message_ids=left) if left else None
    if request.limit <= 1:
        return None
    rest = replace(request, limit=request.limit - 1)
    if request.order is Order.NEWEST:
        return replace(rest, last_id=number - 1)
    return replace(rest, first_id=number + 1)
