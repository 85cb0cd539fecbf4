"""Telegram answers with an error, or with other bytes than were asked for: F20 to F29."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.matrix.methods import PART, RESOLVE, SEARCH
from bench.matrix.outlook import Outlook
from bench.matrix.scene import Scene
from sandbox.faults import Rule
from sandbox.mtproto.replies import FilePart
from storage.models import ItemState, Reason

_TROUBLE = frozenset({Reason.SERVER_TROUBLE})
_REFUSED = frozenset({Reason.REFUSED})


def server_trouble(scene: Scene) -> Outlook:
    code, name = scene.chance.choice(
        ((-503, "TIMEOUT"), (500, "RPC_CALL_FAIL"), (500, "RPC_MCGET_FAIL"),
         (500, "INTERDC_4_CALL_ERROR"), (500, "INTERDC_2_CALL_RICH_ERROR"), (500, "WORKER_BUSY"))
    )  # fmt: skip
    method = scene.chance.choice((PART, PART, SEARCH, RESOLVE))
    times = scene.chance.choice((1, 2, 5, 26))
    scene.tape.add(Rule(method, error=(code, name), times=times, skip=scene.chance.randint(0, 1)))
    return Outlook(told=_TROUBLE, patience=4 * 3600.0)


def refused_place(scene: Scene) -> Outlook:
    """Once it is begun anew and comes; for good it is refused with the code."""
    name = scene.chance.choice(
        ("LIMIT_INVALID", "OFFSET_INVALID", "LOCATION_INVALID", "FILE_ID_INVALID")
    )
    if scene.chance.random() < 0.5:
        scene.tape.add(Rule(PART, error=(400, name), skip=scene.chance.randint(0, 2)))
        return Outlook(told=_REFUSED, tries=True)
    document = scene.chance.choice(scene.documents)

    def is_it(request: Any) -> bool:
        return bool(request.location.id == document.id)

    scene.tape.add(Rule(PART, error=(400, name), when=is_it, times=None))
    return Outlook(
        must_tell=_REFUSED,
        tries=True,
        ends={document.id: frozenset({(ItemState.FAILED, Reason.REFUSED)})},
    )


def unknown_error(scene: Scene) -> Outlook:
    """Answer what nobody has heard of: an error's name, or a type."""
    method = scene.chance.choice((PART, PART, SEARCH, RESOLVE))
    name = "".join(scene.chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", k=12)).strip("_")
    times = scene.chance.randint(1, 2)
    if scene.chance.random() < 0.3:
        scene.tape.add(Rule(method, reply=lambda _: _Unheard(), times=times))
    else:
        scene.tape.add(Rule(method, error=(400, name or "ODD"), times=times))
    return Outlook(told=_REFUSED, tries=True)


def muddled_list(scene: Scene) -> Outlook:
    """Name some postings twice, and in another order."""

    def muddled(answer: Any) -> Any:
        some = [one for one in answer.messages if scene.chance.random() < 0.5]
        answer.messages += some
        scene.chance.shuffle(answer.messages)
        return answer

    for _ in range(3):
        scene.song(size=scene.chance.choice((1, 4096)))
    scene.tape.add(Rule(SEARCH, reply=muddled, times=None))
    return Outlook()


class _Unheard:
    """An object of a type that no layer has."""

    def __bytes__(self) -> bytes:
        return b"\xad\xde\xef\xbe" + bytes(12)


def of_part(alter: Callable[[FilePart], FilePart]) -> Callable[[Any], Any]:
    """Alter bytes only: beside another fault, a redirect may come in their place."""

    def altered(answer: Any) -> Any:
        return alter(answer) if isinstance(answer, FilePart) else answer

    return altered


def short_part(scene: Scene) -> Outlook:
    """Let a part come short or empty, though the file goes on."""
    keep = scene.chance.choice((0, 1, 4096))

    def cut(part: FilePart) -> FilePart:
        return part.cut(min(keep, max(0, len(part.data) - 1)))

    times = scene.chance.randint(1, 3)
    skip = scene.chance.randint(0, 2)
    scene.tape.add(Rule(PART, reply=of_part(cut), skip=skip, times=times))
    return Outlook()


def long_part(scene: Scene) -> Outlook:
    count = scene.chance.choice((1, 4096, 131_072))
    times = scene.chance.randint(1, 3)
    skip = scene.chance.randint(0, 2)
    padded = of_part(lambda part: part.padded(count))
    scene.tape.add(Rule(PART, reply=padded, skip=skip, times=times))
    return Outlook()


def lying_size(scene: Scene) -> Outlook:
    """Declare more than ever comes."""
    document = scene.chance.choice(scene.documents)
    missing = scene.chance.choice((1, 4096))
    document.size += missing
    end = document.size - missing

    def is_it(request: Any) -> bool:
        return bool(request.location.id == document.id and request.offset + request.limit > end)

    def cut(part: FilePart) -> FilePart:
        return part.cut(max(0, len(part.data) - missing))

    scene.tape.add(Rule(PART, reply=of_part(cut), when=is_it, times=None))
    incomplete = Reason.INCOMPLETE_AT_SOURCE
    return Outlook(
        must_tell=frozenset({incomplete}),
        tries=True,
        ends={document.id: frozenset({(ItemState.FAILED, incomplete)})},
    )
