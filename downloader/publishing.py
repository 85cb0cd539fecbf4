"""Gives a fetched document its name in the library and its place in the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import PurePosixPath

import structlog

from downloader.kinds import kind_of
from storage.errors import DiskFailure, NameTaken
from storage.formats import UNKNOWN, Kind, of_name
from storage.models import Audio, Chat, Intent, Item, ItemState, Track
from storage.names import library_path, numbered
from storage.store import Store

log = structlog.get_logger(__name__)

_RACES = 20


async def kind_of_part(store: Store, audio: Audio) -> Kind:
    head = await store.files.head(audio.document_id)
    return kind_of(head, audio.name, audio.mime)


async def publish(
    store: Store,
    item: Item,
    chat: Chat,
    kind: Kind,
    sha256: str,
    now: datetime,
    tell: Callable[[Item], None],
    came_from: str = "",
) -> Item:
    """Put the whole, checked part under the first free name, and into the catalogue.

    The intended path is stored before the file gets it, so that whoever finds the file after a
    crash knows whose it is. `tell` hears that the item is being published. The item keeps where
    its file `came_from`.
    """
    audio = _audio(item)
    wanted = library_path(audio, chat, kind.extension)
    races = 0
    for number in count(1):
        path = await store.files.choose(wanted.with_name(numbered(wanted.name, number)))
        try:
            item = await store.transfers.begin_publishing(item, path, sha256)
        except NameTaken:
            continue  # the name of a track whose file somebody took away
        tell(item)
        try:
            await store.files.publish(audio.document_id, path)
        except NameTaken:
            races += 1  # somebody was faster
            if races == _RACES:
                raise
            continue
        return await _enter(store, replace(item, detail=came_from), path, kind, sha256, now)
    raise AssertionError


def elsewhere(posting: Audio, item: Item) -> str:
    """Tell which other posting than the item's it is, as `chat/message`; empty if it is that."""
    is_own = (posting.chat_id, posting.message_id) == (item.chat_id, item.message_id)
    return "" if is_own else f"{posting.chat_id}/{posting.message_id}"


async def is_there(store: Store, track: Track) -> bool:
    """Tell whether the library has the file of a track, and not a stump of it.

    One that has grown counts: its owner has written tags or a cover into it.
    """
    if track.path is None:
        return False
    size = await store.files.size_published(track.path)
    return size is not None and size >= track.size


async def same_bytes(store: Store, size: int, sha256: str) -> Track | None:
    """Return the oldest track that came as these bytes and whose file is there."""
    for track in await store.catalog.of_bytes(size, sha256):
        if await is_there(store, track):
            return track
    return None


async def drop_needless(store: Store, audio: Audio) -> None:
    """Drop a part that nothing claims any more; if that fails, the next start sweeps it away."""
    try:
        await store.files.drop_part(audio.document_id)
    except DiskFailure as failure:
        log.warning("part not removed", document=audio.document_id, error=str(failure))


async def torn_off(store: Store, audio: Audio, intent: Intent | None) -> Intent | None:
    """Tell whether a publishing that was torn off had brought its file into the library.

    If it had come no further than to hold its name, that is free again.
    """
    if intent is None:
        return None
    path, sha256 = intent
    if await _is_anothers(store, path, audio):
        return None  # two documents of the same bytes had chosen the same free name
    if await store.files.digest_published(path) == sha256:
        return intent
    await store.files.drop_reservation(path)
    return None


async def _is_anothers(store: Store, path: PurePosixPath, audio: Audio) -> bool:
    holder = await store.catalog.by_path(path)
    return holder is not None and holder.document_id != audio.document_id


async def adopt(store: Store, item: Item, intent: Intent, now: datetime) -> Item:
    """Finish a publishing that was torn off after its file had reached the library."""
    path, sha256 = intent
    await store.files.settle(path)
    saved = await _enter(store, item, path, of_name(path.name) or UNKNOWN, sha256, now)
    # A link may have been made, and the name in the parts folder not yet taken away.
    await store.files.drop_part(_audio(item).document_id)
    log.info("publishing adopted", item=item.id, track=saved.track_id)
    return saved


async def _enter(
    store: Store, item: Item, path: PurePosixPath, kind: Kind, sha256: str, now: datetime
) -> Item:
    """Return the item as it is then."""
    track = await store.catalog.save(
        item,
        path=path,
        size=_audio(item).size,
        mime=kind.mime,
        sha256_source=sha256,
        sha256=sha256,
        now=now,
        detail=item.detail,
    )
    return replace(item, state=ItemState.SAVED, track_id=track.id)


def _audio(item: Item) -> Audio:
    assert item.audio is not None, "an item without audio is skipped when it is planned"
    return item.audio
