"""Where a list of postings goes on after it was broken off. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from storage.models import Audio, Order, Request


@dataclass(slots=True)
class Listing:
    """What was found in a chat, and what is still to be asked for; None when that is all."""

    chat_id: int
    rest: Request | None
    found: list[Audio] = field(default_factory=list)
    is_refused_takeout: bool = False

    @property
    def may_go_on(self) -> bool:
        """Tell whether any account may read the rest: not where each has numbers of its own."""
        return all(audio.account is None for audio in self.found)

    def go_without_takeout(self) -> None:
        self.is_refused_takeout = True
        self.rest = self.rest and replace(self.rest, takeout=False)

    def add(self, audio: Audio) -> None:
        self.found.append(audio)
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
