"""One script of faults for all clients: what happens to which file, and where in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from random import Random
from typing import Any

from sandbox.faults import Drop, Rule
from sandbox.mtproto.replies import FilePart
from sandbox.world import Document

PART = "upload.getFile"


class Fault(StrEnum):
    """What goes wrong once on the way of a file."""

    NOTHING = "nothing"
    SHORT = "a part comes short"
    EMPTY = "a part comes empty"
    LONG = "a part comes too long"
    FLIPPED = "a byte is flipped"
    OTHER = "the bytes of another place come"
    DROP_BEFORE = "the connection breaks before the answer"
    DROP_MIDDLE = "the connection breaks within the answer"
    DROP_AFTER = "the connection breaks after the answer"
    MUTE = "an answer never comes"
    SERVER = "the server has an error of its own"
    FLOOD = "a flood wait of two seconds"
    PREMIUM = "the speed limit, one second"
    EXPIRED = "the file reference has expired"


# A flipped byte that nobody can see without asking for the hashes is a class of its own.
_REPLIES = {
    Fault.SHORT: lambda part: part.cut(max(0, len(part.data) - 1000)),
    Fault.EMPTY: lambda part: part.cut(0),
    Fault.LONG: lambda part: part.padded(1000),
    Fault.FLIPPED: lambda part: part.flipped(len(part.data) // 2),
    Fault.OTHER: lambda part: FilePart(bytes(part.data)[::-1]),
}
_DROPS = {
    Fault.DROP_BEFORE: Drop.BEFORE,
    Fault.DROP_MIDDLE: Drop.MIDDLE,
    Fault.DROP_AFTER: Drop.AFTER,
}
_ERRORS = {
    Fault.SERVER: (500, "RPC_CALL_FAIL"),
    Fault.FLOOD: (420, "FLOOD_WAIT_2"),
    Fault.PREMIUM: (420, "FLOOD_PREMIUM_WAIT_1"),
}


def script(count: int, seed: int) -> Iterator[tuple[Fault, float]]:
    """Yield for each file what happens to it, and how far into it: all equally often."""
    random = Random(seed)
    for number in range(count):
        yield list(Fault)[number % len(Fault)], random.random()


def rule_of(fault: Fault, document: Document, where: float) -> Rule | None:
    """Strike the first request that holds this place of the file, whatever parts a client asks."""
    if fault is Fault.NOTHING:
        return None
    when = _reaches(document.id, int(where * (document.size - 1)))
    if fault is Fault.EXPIRED:
        return Rule(PART, reply=_ageing(document), when=when)
    if fault is Fault.MUTE:
        return Rule(PART, mute=True, when=when)
    return Rule(
        PART,
        error=_ERRORS.get(fault),
        drop=_DROPS.get(fault),
        reply=_REPLIES.get(fault),
        when=when,
    )


def _reaches(document_id: int, place: int) -> Callable[[Any], bool]:
    def reaches(request: Any) -> bool:
        is_it: bool = request.location.id == document_id
        return is_it and request.offset <= place < request.offset + request.limit

    return reaches


def _ageing(document: Document) -> Callable[[FilePart], FilePart]:
    def age(part: FilePart) -> FilePart:
        document.epoch += 1
        return part

    return age
