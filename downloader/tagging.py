"""Tells what a fetched file is called and how it sounds, and writes that into a copy of it.

Nothing here may cost the file: where reading, looking around or writing fails, it is published as
it came.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import structlog

from downloader.accompanying import accompany
from downloader.errors import DownloaderError
from downloader.gain import Gain
from downloader.metadata.children import ReaderBrokenError
from downloader.metadata.naming.evidence import Evidence
from downloader.metadata.naming.resolving import resolve
from downloader.metadata.naming.rules import Rules
from downloader.metadata.reader import Reader
from downloader.metadata.tags import Tags, TagsUnreadableError, TagsUnwritableError
from downloader.metadata.writing.cover import cover_of
from downloader.publishing import filing
from downloader.refiling import Refiled, Refiler
from downloader.source import Onlooker, Surroundings
from storage.description import Reach
from storage.entry import Entry, Intent
from storage.errors import DiskFailure, DiskTrouble
from storage.formats import UNKNOWN, Kind, of_name
from storage.listened import Loudness
from storage.models import Audio, Chat, Item
from storage.paths import Templates, library_path
from storage.sound import Flaw, Sound, graded, is_other_length
from storage.store import Store
from storage.templates import Template

log = structlog.get_logger(__name__)

_PATIENCE = timedelta(seconds=20)  # with Telegram, for what a file can do without
# With these a file says all that is needed to find it and to file it.
_ENOUGH = ("title", "artist", "album")


@dataclass(frozen=True, slots=True)
class Tagging:
    """`writes`: whether files are changed at all; else they are only described, as voice is.

    What was looked up before has a say in what a file is called that is fetched again, by `reach`.
    `reserve` in bytes stays free on the disk: where a copy would take of it, there is none.
    """

    store: Store
    reader: Reader
    onlooker: Onlooker
    rules: Rules
    templates: Templates
    writes: bool = True
    reserve: int = 0
    reach: Reach = Reach.OFF
    patience: timedelta = _PATIENCE

    async def wanted(
        self,
        item: Item,
        posting: Audio,
        chat: Chat,
        kind: Kind,
        sha256: str,
        folder: Template | None = None,
    ) -> Intent:
        """Describe the part of a posting, whose digest (hex) is given; make a tagged copy of it.

        Where the digest of the entry is another one, the copy is what should be published.
        """
        entry = await self._entry(item, posting, chat, kind, sha256)
        place = filing(posting, chat, kind.extension, folder)
        return Intent(library_path(entry.description, place, self.templates), sha256, entry)

    async def accompany(self, track_id: int) -> None:
        """Lay beside a track that was just published what belongs there."""
        track = await self.store.catalog.get(track_id)
        if track is not None and self.writes:
            await accompany(self.store, self.reader, track)

    async def rewrite(self, track_id: int, refiler: Refiler, cover: bytes | None = None) -> Refiled:
        """Let the file of a track say what it is called now and how loud; else it stays."""

        async def write(copy: Path) -> None:
            track = await self.store.catalog.get(track_id)
            kind = of_name(track.path.name) if track and track.path else None
            if track is not None and kind is not None:
                levels = await self.store.listened.levels(track_id)
                gain, of_album = _gain(levels.track), _gain(levels.album)
                about = (copy, kind, track.description)
                await self.reader.write(*about, cover=cover, gain=gain, album_gain=of_album)

        if not self.writes:
            return Refiled.STAYED
        try:
            return await refiler.rewrite(track_id, write)
        except (ReaderBrokenError, TagsUnwritableError) as error:
            log.warning("tags not written", track=track_id, error=str(error))
            return Refiled.STAYED

    async def level(self, track_id: int, refiler: Refiler) -> Refiled:
        """Do the same unasked; raises `DiskFailure` where a copy would take of the reserve too."""
        track = await self.store.catalog.get(track_id)
        if track is not None and self.writes:
            await self._check_room(track.file_size)
        return await self.rewrite(track_id, refiler)

    async def has_cover(self, track_id: int) -> bool:
        """Look into the file of a track for a cover."""
        track = await self.store.catalog.get(track_id)
        if track is None or track.path is None:
            return False
        try:
            async with self.store.files.plain(track.path) as plain:
                return (await self.reader.read(plain)).has_cover
        except (DiskFailure, ReaderBrokenError, TagsUnreadableError):
            return False

    async def _entry(
        self, item: Item, posting: Audio, chat: Chat, kind: Kind, sha256: str
    ) -> Entry:
        part = self.store.files.part(posting.document_id)
        tags, flaws = await self._read(part)
        around = await self._around(posting, tags)
        description = resolve(await self._evidence(item, posting, chat, tags, around), self.rules)
        sound = tags.sound if tags else Sound()
        entry = Entry(
            sha256=sha256,
            size=posting.size,
            description=description,
            sound=sound,
            flaws=flaws | _compared(sound, posting),
            has_cover=bool(tags and tags.has_cover),
            has_lyrics=bool(tags and tags.has_lyrics),
        )
        entry = replace(entry, grade=graded(sound, entry.flaws) if tags else None)
        may_write = self.writes and not posting.voice
        if not may_write or kind is UNKNOWN or tags is None:
            return entry
        picture = around.picture
        cover = picture if picture and cover_of(picture) else None  # of others no tag is made
        return await self._tagged(posting, chat, kind, entry, cover)

    async def _read(self, part: Path) -> tuple[Tags | None, frozenset[Flaw]]:
        try:
            tags = await self.reader.read(part)
        except TagsUnreadableError as error:
            return None, error.flaws
        except ReaderBrokenError as error:
            log.warning("tags not read", error=str(error))
            return None, frozenset()
        return tags, tags.flaws

    async def _around(self, posting: Audio, tags: Tags | None) -> Surroundings:
        """Look around only for what the file does not say itself."""
        has_cover = bool(tags and tags.has_cover)
        is_told = tags and all(getattr(tags.description, name) for name in _ENOUGH)
        if posting.voice or (is_told and has_cover):
            return Surroundings()
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                return await self.onlooker.surroundings(posting, with_picture=not has_cover)
        except (DownloaderError, TimeoutError) as error:
            log.info("surroundings not seen", document=posting.document_id, error=str(error))
            return Surroundings()

    async def _evidence(
        self, item: Item, posting: Audio, chat: Chat, tags: Tags | None, around: Surroundings
    ) -> Evidence:
        together = await self.store.items.sent_together(item)
        places = {one.message_id: place for place, one in enumerate(together, 1)}
        identity = await self.store.lookups.of_document(posting.document_id)
        return replace(
            _said_of(posting, chat),
            tags=tags.description if tags else None,
            album_captions=(around.heading,) if around.heading else (),
            position=places.get(posting.message_id, 1),
            neighbours=_neighbours(together, posting, chat),
            found=identity.description if identity else None,
            reach=self.reach,
            edits=await self.store.edits.of_document(posting.document_id),
        )

    async def _tagged(
        self, posting: Audio, chat: Chat, kind: Kind, entry: Entry, cover: bytes | None
    ) -> Entry:
        copies = self.store.files.copies
        copy = copies.of_document(posting.document_id)
        tagged = None
        try:
            await self._check_room(posting.size)
            await copies.make(self.store.files.part(posting.document_id), copy)
            comment = _source(posting, chat)
            if await self.reader.write(copy, kind, entry.description, cover=cover, comment=comment):
                sha256, size = await copies.finish(copy)
                has_cover = entry.has_cover or cover is not None
                if sha256 != entry.sha256:  # else the file says all of it already
                    tagged = replace(entry, sha256=sha256, size=size, has_cover=has_cover)
        except (DiskFailure, ReaderBrokenError, TagsUnwritableError) as error:
            log.warning("tags not written", document=posting.document_id, error=str(error))
        finally:
            if tagged is None:  # or it is being stopped: nobody knows for how long
                await self._drop(copy)
        return tagged or entry

    async def _check_room(self, size: int) -> None:
        if await self.store.files.free_bytes() < size + self.reserve:
            raise DiskFailure(DiskTrouble.FULL, self.store.files.copies.folder)

    async def _drop(self, copy: Path) -> None:
        try:
            await self.store.files.copies.drop(copy)
        except DiskFailure as failure:
            log.warning("copy not removed", error=str(failure))


def _said_of(posting: Audio, chat: Chat) -> Evidence:
    return Evidence(
        title=posting.title,
        performer=posting.performer,
        file_name=posting.name,
        caption=posting.caption,
        chat_title=chat.title,
        chat_username=chat.username or "",
        posted_at=posting.posted_at,
    )


def _gain(heard: Loudness | None) -> Gain | None:
    return None if heard is None else Gain(heard.lufs, heard.peak)


def _neighbours(
    together: Sequence[Audio], posting: Audio, chat: Chat
) -> tuple[tuple[int, Evidence], ...]:
    return tuple(
        (place, _said_of(one, chat))
        for place, one in enumerate(together, 1)
        if one.message_id != posting.message_id
    )


def _compared(sound: Sound, posting: Audio) -> frozenset[Flaw]:
    is_other = is_other_length(sound.duration, posting.duration)
    return frozenset({Flaw.OTHER_LENGTH} if is_other else ())


def _source(posting: Audio, chat: Chat) -> str:
    """Return the address of the posting, empty where it has none that others could open."""
    if chat.username:
        return f"https://t.me/{chat.username}/{posting.message_id}"
    return ""
