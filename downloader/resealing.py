"""Seals all files of the library that are ours, or opens them, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import structlog

from storage.errors import DiskFailure, DiskTrouble
from storage.resealing import Resealed
from storage.store import Store

log = structlog.get_logger(__name__)

_OF_ALL = {DiskTrouble.FULL, DiskTrouble.READ_ONLY, DiskTrouble.CROWDED}
_ROOT = PurePosixPath()


@dataclass(slots=True)
class Resealing:
    """How far it is: `done` of `total` files, and `bytes` of them.

    `troubles` says of files that stayed as they are why that is.
    """

    total: int = 0
    total_bytes: int = 0
    done: int = 0
    bytes: int = 0
    counts: Counter[Resealed] = field(default_factory=Counter)
    troubles: dict[PurePosixPath, DiskTrouble] = field(default_factory=dict)


async def reseal(store: Store, tell: Callable[[Resealing], None]) -> Resealing:
    """Go through the tracks, what we have laid beside them, and the trash.

    It may be broken off anywhere, and begun again. `tell` hears how far it is after every file.
    Raises `DiskFailure` where it cannot go on.
    """
    await store.files.parts()  # else every file would be gone
    sizes = {one.path: one.file_size for one in await store.catalog.every() if one.path}
    others = [*await store.companions.below(_ROOT), *await store.files.resealer.rubbish()]
    sizes |= dict.fromkeys(others, 0)
    so_far = Resealing(len(sizes), sum(sizes.values()))
    for path, size in sorted(sizes.items()):
        await _one(store, path, so_far)
        so_far.done += 1
        so_far.bytes += size
        tell(so_far)
    return so_far


async def _one(store: Store, path: PurePosixPath, so_far: Resealing) -> None:
    try:
        so_far.counts[await store.files.resealer.reseal(path)] += 1
    except DiskFailure as failure:
        if failure.kind in _OF_ALL:
            raise
        log.warning("file stays as it is", path=str(path), error=str(failure))
        so_far.troubles[path] = failure.kind
