"""How the file of a track is, held against what the catalogue says of it."""

from __future__ import annotations

from downloader.audit import Disk
from storage.errors import DiskFailure, DiskTrouble
from storage.models import Track
from storage.store import Store


async def condition(store: Store, track: Track, *, is_deep: bool) -> Disk:
    """Look at a file that there ought to be; all its bytes are compared where that `is_deep`.

    One of another size was written into by its owner, unless it is shorter than it can be, or
    another track's. One that the disk cannot read is damaged.
    """
    assert track.path is not None
    try:
        return await _condition(store, track, is_deep=is_deep)
    except DiskFailure as failure:
        if failure.kind is DiskTrouble.BROKEN:
            return Disk.DAMAGED
        raise


async def _condition(store: Store, track: Track, *, is_deep: bool) -> Disk:
    assert track.path is not None
    size = await store.files.size_published(track.path)
    if size is None:
        return Disk.MISSING
    if track.is_damaged or size < min(track.size, track.file_size):
        return Disk.DAMAGED
    is_same_size = size == track.file_size
    if not is_deep:
        return Disk.WHOLE if is_same_size else Disk.ALTERED
    digest = await store.files.digest_published(track.path)
    if digest is None:
        return Disk.MISSING
    if digest == track.sha256:
        return Disk.WHOLE
    is_strange = is_same_size or await store.catalog.has_bytes(digest)
    return Disk.DAMAGED if is_strange else Disk.ALTERED
