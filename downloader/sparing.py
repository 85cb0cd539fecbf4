"""Which postings need not be fetched, since so much of their chat is not kept. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from downloader.retaining import beyond
from storage.models import Audio
from storage.retention import Held, Retention


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
    new = {-place: one for place, one in enumerate(found, 1) if one.document_id not in known}
    coming = [
        Held(place, one.size, now, {one.chat_id: one.posted_at}) for place, one in new.items()
    ]
    if not coming:
        return []
    let_go = beyond([*held, *coming], found[0].chat_id, retention, now)
    return [one for place, one in new.items() if place in let_go]
