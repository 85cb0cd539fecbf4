"""What came of files that were sent through a fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bench.chunks.faults import Course, Mishap
from storage.models import ItemState
from storage.store import Store

_HERE = frozenset({ItemState.SAVED, ItemState.LINKED})


@dataclass(slots=True)
class Passage:
    """What came of some files.

    Args:
        struck: how many answers were not what was asked for.
        ends: how many items ended in which state, and for what reason.
        wrong: published files that are not what Telegram has.
        lost: files that did not come, though the fault had passed.

    """

    files: int = 0
    struck: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


async def judged(
    store: Store,
    mishaps: Mapping[int, Mishap],
    body: Callable[[int], bytes],
    passage: Passage,
) -> None:
    """Compare what is called done with the true bytes; both are named by their document."""
    for item in await store.items.every():
        assert item.audio is not None
        passage.ends[f"{item.state}: {item.reason}" if item.reason else item.state] += 1
        mishap = mishaps[item.audio.document_id]
        if mishap.course is Course.PASSING and item.state not in _HERE:
            passage.lost.append(_told(mishap, item.audio.size))
    for track in await store.catalog.every():
        assert track.path is not None
        assert track.document_id is not None, "nothing was imported"
        there = store.files.locate(track.path).read_bytes()
        if there != body(track.document_id):
            passage.wrong.append(_told(mishaps[track.document_id], track.size))


def _told(mishap: Mishap, size: int) -> str:
    return f"{mishap.fault}, seed {mishap.seed}, {mishap.course}: file of {size} bytes"
