"""Compares a chat with the catalogue and the disk, and fetches what ought to be there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import structlog

from downloader.audit import Audit, Disk, Evidence, enter
from downloader.books import Books, books_of
from downloader.condition import condition
from downloader.engine import Engine
from downloader.plan import MOST_READ
from downloader.rereading import Rereader
from downloader.surveying import Surveyor
from storage.models import Audio, ChatKind, Job, Origin, Request, Track
from storage.store import Store

log = structlog.get_logger(__name__)

_AT_ONCE = 200  # postings
_NAMED = 1000  # messages in one job
_SHARED = ChatKind.CHANNEL  # where there is no posting, nothing else tells who numbers them


@dataclass(frozen=True, slots=True)
class Auditor:
    store: Store
    surveyor: Surveyor
    rereader: Rereader
    engine: Engine

    async def audit(
        self, name: str, told: Callable[[int], None], *, is_deep: bool = False
    ) -> Audit:
        """Look at all of a chat; `told` hears how many postings were read.

        Raises `downloader.errors`, and `DiskFailure` where the library is away.
        """
        await self.store.files.parts()  # else every file would be missing
        chat = await self.surveyor.chat(name)
        books = await books_of(self.store, chat.id, self.rereader.clock.on_the_wall())
        audit = Audit(chat, is_deep)
        request = Request(str(chat.id), MOST_READ, voice=books.speaks)
        batch: list[Audio] = []
        async with aclosing(self.surveyor.source.audio(chat, request)) as postings:
            async for audio in postings:
                audit.read += 1
                batch.append(audio)
                if len(batch) == _AT_ONCE:
                    await self._take(audit, batch, books)
                    batch.clear()
                    told(audit.read)
        await self._take(audit, batch, books)
        audit.is_cut_off = audit.read >= MOST_READ
        if not audit.is_cut_off:
            await self._look_for(audit, books)
        log.info("chat audited", chat=chat.id, read=audit.read, to_fetch=len(audit.to_fetch))
        return audit

    async def refill(self, audit: Audit, origin: Origin) -> list[Job]:
        """Fetch what an audit has found to be missing; a damaged file stays until then.

        Each item that is claimed reads the request of its job, so no job names more than some.
        """
        await self.store.trials.damaged(audit.damaged, self.rereader.clock.on_the_wall())
        named, chat = sorted(audit.to_fetch), audit.chat
        name = f"@{chat.username}" if chat.username else str(chat.id)
        parts = [tuple(named[at : at + _NAMED]) for at in range(0, len(named), _NAMED)]
        requests = [Request(name, len(one), message_ids=one, voice=True) for one in parts]
        return await self.engine.submit_all(requests, origin)

    async def _take(self, audit: Audit, batch: Sequence[Audio], books: Books) -> None:
        """Judge some postings, and bring the catalogue up to date with them."""
        documents = [audio.document_id for audio in batch]
        tracks = await self.store.catalog.known(documents)
        removed = await self.store.removals.of_documents(documents)
        for audio in batch:
            track = tracks.get(audio.document_id)
            known = Evidence(
                books.tried(audio),
                track,
                await self._disk(track, books, is_deep=audit.is_deep),
                audio.document_id in removed,
                books.is_looked_at(audio),
                books.has_passed(audio),
            )
            enter(audit, audio, known, books.unfit(audio))
        shared = {one.message_id: one for one in batch if one.account is None}
        met = [number for number in shared if number in books.fates]
        await self._reread(audit, met, shared, books)

    async def _look_for(self, audit: Audit, books: Books) -> None:
        """Ask for the postings of the catalogue that were not met: a search may pass some over."""
        if not audit.are_numbers_shared or (not audit.read and audit.chat.kind is not _SHARED):
            return
        left = [number for number, fate in books.fates.items() if fate.gone_at is None]
        audit.gone = len(books.fates) - len(left)
        for start in range(0, len(left), _AT_ONCE):
            some = tuple(left[start : start + _AT_ONCE])
            request = Request(str(audit.chat.id), len(some), message_ids=some, voice=True)
            async with aclosing(self.surveyor.source.audio(audit.chat, request)) as postings:
                seen = {audio.message_id: audio async for audio in postings}
            await self._reread(audit, some, seen, books)

    async def _reread(
        self, audit: Audit, asked: Sequence[int], seen: dict[int, Audio], books: Books
    ) -> None:
        result = await self.rereader.take(audit.chat.id, asked, seen, books.now)
        audit.gone += len(result.gone)
        audit.edited += len(result.edited)
        for number in asked:
            books.fates.pop(number, None)

    async def _disk(self, track: Track | None, books: Books, *, is_deep: bool) -> Disk:
        if track is None or track.path is None:
            return Disk.MISSING
        if track.id not in books.disk:
            books.disk[track.id] = await condition(self.store, track, is_deep=is_deep)
        return books.disk[track.id]
