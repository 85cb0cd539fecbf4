"""Where documents lie, remembered for a while: what was just planned needs no second look-up."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

# Files are fetched in the order in which they were found: fewer than a job plans would be none.
_CAPACITY = 25_000


@dataclass(slots=True, eq=False)
class Place:
    """Where a document lies and the reference that opens it, shared by all who read it.

    `version` counts the references, `renewed` holds when (monotonic seconds); `moves` counts how
    often in a row we were sent to another data centre; `is_wrong`: nothing was found there.
    Before `reopens` (monotonic) the reference, which is no longer good, cannot be looked up anew.
    """

    document_id: int
    access_hash: int
    reference: bytes
    dc: int
    size: int
    version: int = 0
    moves: int = 0
    is_wrong: bool = False
    reopens: float = float("-inf")
    renewed: list[float] = field(default_factory=list)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def renew(self, document: Any) -> None:
        self.reference = document.file_reference
        self.version += 1
        self.reopens = float("-inf")


def place_of(document: Any) -> Place:
    return Place(
        document.id, document.access_hash, document.file_reference, document.dc_id, document.size
    )


class Places:
    """The places used last, by chat and message."""

    def __init__(self, capacity: int = _CAPACITY) -> None:
        self._capacity = capacity
        self._places: OrderedDict[tuple[int, int], Place] = OrderedDict()

    def find(self, chat_id: int, message_id: int, document_id: int) -> Place | None:
        """Return the place, unless the document was not there when it was asked for last."""
        place = self._places.get((chat_id, message_id))
        if place is None or place.document_id != document_id or place.is_wrong:
            return None
        self._places.move_to_end((chat_id, message_id))
        return place

    def keep(self, chat_id: int, message_id: int, document: Any) -> Place:
        """Remember the newest state of a document; whoever reads it goes on with that."""
        place = self.find(chat_id, message_id, document.id)
        if place is None:
            place = self._places[chat_id, message_id] = place_of(document)
            self._places.move_to_end((chat_id, message_id))
        else:
            place.renew(document)
        if len(self._places) > self._capacity:
            self._places.popitem(last=False)
        return place
