"""Where a list of postings goes on after it was broken off. Pure."""

from __future__ import annotations

from dataclasses import replace

from storage.models import Audio, Order, Request


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
