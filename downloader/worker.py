"""Takes one item at a time from the claim to the library."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from functools import partial
from itertools import groupby
from operator import attrgetter
from weakref import WeakValueDictionary

import structlog

from downloader.errors import (
    CentreOfflineError,
    ChatUnavailableError,
    DownloaderError,
    MisplacedError,
    OfflineError,
    PostingGoneError,
    RefusedError,
    SourceDamagedError,
    ThrottledError,
)
from downloader.events import BytesArrived, Slowed, Stalled
from downloader.heard import HeardFile
from downloader.ledger import Ledger
from downloader.outcomes import TRIES, disk_error, of_item
from downloader.publishing import (
    adopt,
    as_it_came,
    drop_needless,
    elsewhere,
    is_there,
    kind_of_part,
    publish,
    same_bytes,
    torn_off,
)
from downloader.room import Room
from downloader.running import Work
from downloader.source import AudioSource, RemoteFile
from downloader.tagging import Tagging
from downloader.transfer import Carrier
from storage.entry import Intent
from storage.errors import DatabaseBusyError, DiskFailure, StorageError
from storage.models import Audio, Item, ItemState, Job, Reason, Sameness, Track, Transfer
from storage.states import ACTIVE_ITEMS, ENDED_ITEMS
from storage.templates import parse

log = structlog.get_logger(__name__)

_GONE = (ChatUnavailableError, PostingGoneError)
# Of these alone can be told that what has come will be of no use, whoever tries again.
_SPOILT = (SourceDamagedError, PostingGoneError)
_job_id = attrgetter("job_id")


class Worker:
    """One object for all workers: `step` runs several times at once."""

    def __init__(
        self,
        ledger: Ledger,
        source: AudioSource,
        carrier: Carrier,
        room: Room,
        answer_timeout: timedelta,
        tagging: Tagging | None = None,
    ) -> None:
        self._ledger = ledger
        self._store = ledger.store
        self._source = source
        self._carrier = carrier
        self._room = room
        self._answer_timeout = answer_timeout
        self._tagging = tagging
        # How often in a row an item met trouble that is not its own; a restart may forget it.
        self._troubles: Counter[int] = Counter()
        self._left_over: set[int] = set()
        self._filing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def step(self) -> None:
        """Wait for an item and bring it to rest."""
        await self._put_back_left_over()
        await self._ledger.close_left_over()
        claim, work = await self._ledger.next_item()
        item = claim.item
        # Until its end is stored, the item is left over: the database may refuse to be written.
        self._left_over.add(item.id)
        try:
            with structlog.contextvars.bound_contextvars(job=item.job_id, item=item.id):
                await self._bring(claim.job, item, work)
            self._left_over.discard(item.id)
        finally:
            self._ledger.running.leave(work)
            self._ledger.items_bell.ring()
        # While others of the job are on their way, one of them will be the last.
        if not self._ledger.running.is_running(item.job_id):
            await self._ledger.close(item.job_id)

    async def take_up(self, item: Item) -> None:
        """Bring on an item whose publishing was torn off: adopt its file, or queue it again."""
        job = await self._ledger.job(item.job_id)
        try:
            intent = await self._torn_off(item.audio) if item.audio else None
            if intent is not None:
                await adopt(self._store, item, intent, self._ledger.clock.on_the_wall())
        except StorageError as error:
            # Whoever claims it looks again, and parks it if need be.
            log.warning("publishing not taken up", item=item.id, error=str(error))
        await self._put_back(job, item)

    async def enter_torn_off(self, job: Job, item: Item) -> None:
        """Do the same for an item that nobody works on; the lock is held."""
        if item.state in ENDED_ITEMS or item.audio is None:
            return
        try:
            intent = await self._torn_off(item.audio)
        except DiskFailure as failure:
            # A library that is away keeps nobody waiting: its intent stays, for whoever asks again.
            log.warning("publishing not looked at", item=item.id, error=str(failure))
            return
        if intent is None:
            return
        try:
            if item.state not in {ItemState.QUEUED, ItemState.WAITING}:
                item = await self._ledger.move_item(job, item, ItemState.QUEUED)
            item = await self._ledger.move_item(job, item, ItemState.FETCHING)
            await self._adopt(job, item, intent)
        except StorageError:
            self._left_over.add(item.id)
            raise

    async def _put_back_left_over(self) -> None:
        # Under the lock nobody else puts one back, and claims it, between the look and the move.
        async with self._ledger.lock:
            for item_id in self._left_over - self._ledger.running.items():
                item = await self._store.items.get(item_id)
                if item is not None and item.state in ACTIVE_ITEMS:
                    job = await self._ledger.job(item.job_id)
                    await self._ledger.move_item(job, item, ItemState.QUEUED)
                self._left_over.discard(item_id)

    async def _bring(self, job: Job, item: Item, work: Work) -> None:
        self._ledger.tell(job, item)

        async def steps() -> None:
            try:
                await self._steps(job, item, work)
            except DownloaderError as error:
                await self._settle(job, item, work, error)
            except DiskFailure as failure:
                await self._settle(job, item, work, disk_error(failure))
            except DatabaseBusyError:
                raise  # no fault of the item, nor could one be stored: it is left over
            except Exception as error:
                log.exception("item broke")
                broken = DownloaderError(Reason.BROKEN, type(error).__name__)
                await self._settle(job, item, work, broken)

        if not await work.run(steps):
            await self._put_back(job, item)

    async def _steps(self, job: Job, item: Item, work: Work) -> None:
        audio = item.audio
        assert audio is not None, "an item without audio is skipped when it is planned"
        if item.kills >= TRIES:
            raise DownloaderError(Reason.QUARANTINED)
        if track := await self._in_library(audio):
            linked = await self._store.catalog.link(item, track, Sameness.DOCUMENT)
            self._ledger.tell(job, linked)
            return
        if audio.size <= 0:
            raise SourceDamagedError(Reason.EMPTY_FILE)
        transfer = await self._store.transfers.get(audio.document_id)
        intended = transfer.intent if transfer else None
        if intent := await torn_off(self._store, audio, intended):
            work.no_stop_from_here()
            await self._adopt(job, item, intent)
            return
        posting = await self._fetch(job, item, audio, transfer)
        item = await self._ledger.move_item(job, item, ItemState.CHECKING)
        sha256 = await self._store.files.digest(audio.document_id)
        # Else two documents of the same bytes, here at the same time, would both be published.
        async with self._filing.setdefault(sha256, asyncio.Lock()):
            await self._file_away(job, item, posting, sha256, work)

    async def _file_away(
        self, job: Job, item: Item, posting: Audio, sha256: str, work: Work
    ) -> None:
        """Publish what has come, unless the library has a file of the same bytes."""
        if track := await same_bytes(self._store, posting.size, sha256):
            work.no_stop_from_here()
            linked = await self._store.catalog.link(item, track, Sameness.BYTES)
            self._carrier.forget(posting.document_id)
            self._tell_end(job, linked)
            await drop_needless(self._store, posting)
            return
        kind = await kind_of_part(self._store, posting)
        chat = job.chat or await self._store.chats.get(item.chat_id)
        assert chat is not None, "a planned job knows its chat"
        asked = item.audio  # by whatever other posting it was fetched
        assert asked is not None, "an item without audio is skipped when it is planned"
        folder = parse(job.request.folder) if job.request.folder else None
        if self._tagging is None:
            wanted = as_it_came(asked, chat, kind, sha256, folder)
        else:
            item = await self._ledger.move_item(job, item, ItemState.TAGGING)
            wanted = await self._tagging.wanted(item, asked, chat, kind, sha256, folder)
        work.no_stop_from_here()
        now, tell = self._ledger.clock.on_the_wall(), partial(self._ledger.tell, job)
        came_from = elsewhere(posting, item)
        saved = await publish(self._store, item, wanted, kind, now, tell, came_from)
        self._carrier.forget(posting.document_id)
        self._tell_end(job, saved)
        if self._tagging is not None and saved.track_id is not None and work.may_go_on():
            await self._tagging.accompany(saved.track_id)

    async def _torn_off(self, audio: Audio) -> Intent | None:
        intent = await self._store.transfers.intended(audio.document_id)
        return await torn_off(self._store, audio, intent)

    async def _adopt(self, job: Job, item: Item, intent: Intent) -> None:
        item = await self._ledger.move_item(job, item, ItemState.CHECKING)
        item = await self._ledger.move_item(job, item, ItemState.PUBLISHING)
        saved = await adopt(self._store, item, intent, self._ledger.clock.on_the_wall())
        self._tell_end(job, saved)

    async def _in_library(self, audio: Audio) -> Track | None:
        track = await self._store.catalog.by_document(audio.document_id)
        return track if track is not None and await is_there(self._store, track) else None

    async def _fetch(self, job: Job, item: Item, audio: Audio, transfer: Transfer | None) -> Audio:
        """Bring what is missing of a document; return the posting that it was fetched from.

        Where that of the item is gone, others of the same document are tried.
        """
        if await self._carrier.is_ready(transfer, audio.size):
            return audio
        try:
            await self._fetch_from(job, item, audio, transfer)
        except _GONE as error:
            for other in await self._store.items.elsewhere(audio):
                if await self._fetched_from_other(job, item, other):
                    return other
            if not await self._carrier.is_whole(transfer, audio.size):
                raise
            # It came while it could be had; nobody is left to compare it with.
            log.warning("a file is taken as it came", error=str(error))
        return audio

    async def _fetched_from_other(self, job: Job, item: Item, other: Audio) -> bool:
        place = {"chat": other.chat_id, "message": other.message_id}
        log.info("another posting of the document is tried", **place)
        transfer = await self._store.transfers.get(other.document_id)
        try:
            await self._fetch_from(job, item, other, transfer)
        except _GONE as error:
            log.info("that posting is gone too", **place, error=str(error))
            return False
        return True

    async def _fetch_from(
        self, job: Job, item: Item, audio: Audio, transfer: Transfer | None
    ) -> None:
        try:
            remote = await self._open(audio)
        except RefusedError as error:
            if not await self._carrier.is_whole(transfer, audio.size):
                raise
            log.warning("a file is taken as it came", error=str(error))
            return
        if remote.size != audio.size:
            detail = f"{remote.size} of {audio.size}"
            raise SourceDamagedError(Reason.INCOMPLETE_AT_SOURCE, detail)

        followers = self._ledger.followers

        def arrived(done: int) -> None:
            self._troubles.pop(item.id, None)
            for one in ((job, item), *followers.of(audio.document_id)):
                self._ledger.events.publish(BytesArrived(*one, done, audio.size))

        heard = HeardFile(remote, partial(self._hear, job, item))
        with followers.behind(audio.document_id):
            waiting = await self._store.items.waiting_for(audio.document_id)
            for job_id, items in groupby(sorted(waiting, key=_job_id), _job_id):
                followers.join(await self._ledger.job(job_id), items)
            try:
                await self._carrier.fetch(heard, audio.document_id, transfer, arrived)
            except OfflineError as error:
                # The posting could be looked up: only where this file lies is out of reach.
                raise CentreOfflineError(error.detail) from error

    def _hear(self, job: Job, item: Item, error: DownloaderError) -> None:
        """Tell what a person should know of a request that will be made again."""
        if isinstance(error, OfflineError):
            self._ledger.events.publish(Stalled(job, item))
        elif isinstance(error, ThrottledError) and error.premium:
            self._ledger.events.publish(Slowed(job, item))

    async def _open(self, audio: Audio) -> RemoteFile:
        try:
            async with asyncio.timeout(self._answer_timeout.total_seconds()):
                return await self._source.open(audio)
        except TimeoutError as error:
            raise OfflineError("no answer in time") from error

    async def _settle(self, job: Job, item: Item, work: Work, error: DownloaderError) -> None:
        if work.stopped:
            await self._put_back(job, item)
            return
        now = self._ledger.clock.now()
        outcome = of_item(error, item, now, self._troubles[item.id])
        log.warning("item stopped short", error=str(error), state=outcome.state)
        self._troubles[item.id] += 1
        is_over = outcome.state is ItemState.FAILED
        if is_over:
            self._troubles.pop(item.id, None)
        if isinstance(error, MisplacedError) or (is_over and isinstance(error, _SPOILT)):
            await self._throw_away(item)
        if outcome.reason is Reason.DISK_FULL:
            self._room.fell_short(await self._lacking(item))
        await self._ledger.settle_item(job, item, outcome)

    async def _lacking(self, item: Item) -> int:
        assert item.audio is not None, "an item without audio is skipped when it is planned"
        try:
            return await self._carrier.lacking(item.audio.document_id, item.audio.size)
        except DiskFailure:
            return item.audio.size

    async def _throw_away(self, item: Item) -> None:
        """Drop what came from a bad source; but what was to be published may have its name."""
        assert item.audio is not None, "an item without audio is skipped when it is planned"
        document_id = item.audio.document_id
        if await self._store.transfers.intended(document_id) is None:
            await self._carrier.discard(document_id)

    async def _put_back(self, job: Job, item: Item) -> None:
        """Queue an item that was stopped, unless it came to rest in the same moment."""
        current = await self._store.items.get(item.id)
        if current is not None and current.state in ACTIVE_ITEMS:
            await self._ledger.move_item(job, current, ItemState.QUEUED)
        elif current is not None:
            self._ledger.tell(job, current)

    def _tell_end(self, job: Job, item: Item) -> None:
        self._ledger.crew.grow()
        self._ledger.tell(job, item)
