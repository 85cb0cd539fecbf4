"""Lays beside a track what players look for there, its cover and words, and takes that away."""

from __future__ import annotations

from pathlib import PurePosixPath

import structlog

from downloader.metadata.children import ReaderBrokenError
from downloader.metadata.reader import Reader
from downloader.metadata.tags import TagsUnreadableError
from downloader.refiling import COVER, LYRICS
from storage.errors import StorageError
from storage.formats import of_name
from storage.models import Track
from storage.store import Store

log = structlog.get_logger(__name__)

_JPEG = b"\xff\xd8\xff"
_TIMED = "["  # so each line of words begins whose time is known


async def accompany(store: Store, reader: Reader, track: Track) -> None:
    """Lay beside a track what its file holds; where that fails, the track goes without."""
    if track.path is None:
        return
    try:
        if track.has_cover and track.album:
            await _lay_cover(store, reader, track.path)
        if track.has_lyrics:
            await _lay_lyrics(store, reader, track.path)
    except (StorageError, ReaderBrokenError, TagsUnreadableError) as error:
        log.info("nothing laid beside a track", track=track.id, error=str(error))


async def leave_alone(store: Store, path: PurePosixPath) -> None:
    """Take away what we have laid beside a track that has gone, and the folders empty then.

    Words stay for another track of the same name, the cover of an album as long as anything is
    there.
    """
    left = await store.files.mover.neighbours(path)
    if not any(of_name(name) and PurePosixPath(name).stem == path.stem for name in left):
        await store.companions.drop(path.with_suffix(LYRICS))
    if await store.files.mover.neighbours(path) == {COVER}:
        await store.companions.drop(path.with_name(COVER))
    await store.files.mover.drop_empty(path.parent)


async def _lay_cover(store: Store, reader: Reader, path: PurePosixPath) -> None:
    """Lay the cover of the first track that comes into the folder of an album."""
    cover = path.with_name(COVER)
    if await store.files.size_published(cover) is not None:
        return
    async with store.files.plain(path) as plain:
        picture = await reader.picture(plain)
    if picture and picture.startswith(_JPEG):
        await store.companions.put(cover, picture)


async def _lay_lyrics(store: Store, reader: Reader, path: PurePosixPath) -> None:
    async with store.files.plain(path) as plain:
        words = await reader.lyrics(plain)
    if words and words.lstrip().startswith(_TIMED):
        await store.companions.put(path.with_suffix(LYRICS), words.encode())
