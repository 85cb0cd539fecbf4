"""Gives a fetched document its name in the library and its place in the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import PurePosixPath

import structlog

from downloader.errors import SourceDamagedError
from downloader.kinds import kind_of
from storage.description import Description
from storage.entry import Intent
from storage.errors import DiskFailure, NameTaken
from storage.formats import UNKNOWN, Kind, average_bitrate, of_name
from storage.models import Audio, Chat, Item, ItemState, Reason, Track
from storage.names import numbered
from storage.paths import BY_CHAT, Filing, library_path
from storage.segments import looks_sealed
from storage.store import Store
from storage.templates import Template, parse
from storage.trash import NO_RULING

log = structlog.get_logger(__name__)

_RACES = 20


async def kind_of_part(store: Store, audio: Audio) -> Kind:
    """Raise `SourceDamagedError` for what pretends that we have sealed it."""
    head = await store.files.head(audio.document_id)
    if looks_sealed(head):
        raise SourceDamagedError(Reason.DAMAGED_AT_SOURCE, "not audio")
    return kind_of(head, audio.name, audio.mime)


async def publish(
    store: Store,
    item: Item,
    wanted: Intent,
    kind: Kind,
    now: datetime,
    tell: Callable[[Item], None],
    came_from: str = "",
) -> Item:
    """Put the whole, checked part under the first free name as wanted, and into the catalogue.

    The intended path is stored before the file gets it, so that whoever finds the file after a
    crash knows whose it is. `tell` hears that the item is being published. The item keeps where
    its file `came_from`. Where the bytes wanted are not those that came, the tagged copy is
    published.
    """
    audio = _audio(item)
    is_tagged = wanted.sha256 != wanted.sha256_source
    own = await _own_place(store, audio, wanted.path)
    races = 0
    for number in count(0 if own else 1):
        path = own if own and not number else await _chosen(store, wanted.path, number)
        try:
            intent = replace(wanted, path=path)
            item = await store.transfers.begin_publishing(item, intent)
        except NameTaken:
            continue  # the name of a track whose file somebody took away
        tell(item)
        try:
            await store.files.publish(audio.document_id, path, tagged=is_tagged)
        except NameTaken:
            races += 1  # somebody was faster
            if races == _RACES:
                raise
            continue
        item = await _enter(store, replace(item, detail=came_from), intent, kind, now)
        if is_tagged:
            await drop_needless(store, audio)
        return item
    raise AssertionError


async def _chosen(store: Store, wanted: PurePosixPath, number: int) -> PurePosixPath:
    return await store.files.choose(wanted.with_name(numbered(wanted.name, number)))


async def _own_place(store: Store, audio: Audio, wanted: PurePosixPath) -> PurePosixPath | None:
    """Return the name that a file had which is fetched anew, if that is free.

    A file that somebody wants anew, as it is damaged, moves into the trash: the new one is here.
    What nobody has said that of is not ours to take away.
    """
    track = await store.catalog.by_document(audio.document_id)
    if track is None or track.path is None or track.document_id != audio.document_id:
        return None
    if track.is_damaged:
        await store.files.trash.take(track.path, NO_RULING, track.id)
    is_free = await store.files.is_gone(track.path)
    return track.path if is_free and track.path.suffix == wanted.suffix else None


def as_it_came(
    posting: Audio, chat: Chat, kind: Kind, sha256: str, folder: Template | None = None
) -> Intent:
    """Return under which name a file is published that nobody has looked into."""
    described = Description(title=posting.title, artist=posting.performer)
    path = library_path(described, filing(posting, chat, kind.extension, folder), BY_CHAT)
    return Intent(path, sha256)


def foreseen(posting: Audio, chat: Chat, folder: str) -> PurePosixPath:
    """Return where a file would lie by a template, as far as that is known before it is here."""
    kind = of_name(posting.name) or of_name("x.mp3")
    assert kind is not None
    return as_it_came(posting, chat, kind, "", parse(folder)).path


def filing(audio: Audio, chat: Chat, extension: str, folder: Template | None = None) -> Filing:
    """Return what a posting's file is placed by."""
    return Filing(
        audio.document_id,
        extension,
        name=audio.name,
        chat=chat,
        topic=audio.topic,
        posted_at=audio.posted_at,
        bitrate=average_bitrate(audio.size, audio.duration),
        folder=folder,
    )


def elsewhere(posting: Audio, item: Item) -> str:
    """Tell which other posting than the item's it is, as `chat/message`; empty if it is that."""
    is_own = (posting.chat_id, posting.message_id) == (item.chat_id, item.message_id)
    return "" if is_own else f"{posting.chat_id}/{posting.message_id}"


async def is_there(store: Store, track: Track) -> bool:
    """Tell whether the library has the file of a track, and it is neither a stump nor damaged.

    One that has grown counts: its owner has written tags or a cover into it. So does one that has
    lost no more than what we have written.
    """
    if track.path is None or track.is_damaged:
        return False
    size = await store.files.size_published(track.path)
    return size is not None and size >= min(track.size, track.file_size)


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
    if await _is_anothers(store, intent.path, audio):
        return None  # two documents of the same bytes had chosen the same free name
    if await store.files.digest_published(intent.path) == intent.sha256:
        return intent
    await store.files.drop_reservation(intent.path)
    return None


async def _is_anothers(store: Store, path: PurePosixPath, audio: Audio) -> bool:
    holder = await store.catalog.by_path(path)
    return holder is not None and holder.document_id != audio.document_id


async def adopt(store: Store, item: Item, intent: Intent, now: datetime) -> Item:
    """Finish a publishing that was torn off after its file had reached the library."""
    await store.files.settle(intent.path)
    saved = await _enter(store, item, intent, of_name(intent.path.name) or UNKNOWN, now)
    # A link may have been made, and the name in the parts folder not yet taken away.
    await store.files.drop_part(_audio(item).document_id)
    log.info("publishing adopted", item=item.id, track=saved.track_id)
    return saved


async def _enter(store: Store, item: Item, intent: Intent, kind: Kind, now: datetime) -> Item:
    """Return the item as it is then."""
    track = await store.catalog.save(
        item,
        path=intent.path,
        size=_audio(item).size,
        mime=kind.mime,
        sha256_source=intent.sha256_source,
        sha256=intent.sha256,
        now=now,
        detail=item.detail,
        entry=intent.entry,
    )
    return replace(item, state=ItemState.SAVED, track_id=track.id)


def _audio(item: Item) -> Audio:
    assert item.audio is not None, "an item without audio is skipped when it is planned"
    return item.audio
