"""One document, read in parts straight from the data centre where it lies."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from telethon.errors import FileMigrateError, RPCError, TakeoutInvalidError
from telethon.tl.functions.upload import GetFileHashesRequest, GetFileRequest
from telethon.tl.types import InputDocumentFileLocation
from telethon.tl.types.upload import FileCdnRedirect

from downloader.clock import Clock
from downloader.errors import (
    AskAgainError,
    DownloaderError,
    MisplacedError,
    OfflineError,
    PostingGoneError,
    RefusedError,
    ServerTroubleError,
    ThrottledError,
)
from downloader.source import PieceHash
from downloader.telegram.answers import Bytes
from downloader.telegram.cdn import Copy, is_usable
from downloader.telegram.centre import Centre
from downloader.telegram.centres import Centres
from downloader.telegram.errors import code_of, is_stale_reference, our_errors, translated
from downloader.telegram.lane import Lane
from downloader.telegram.places import Place
from downloader.telegram.takeout import Takeout
from downloader.window import Grant, Stream
from storage.models import Reason

log = structlog.get_logger(__name__)

_SMALLEST, _LARGEST = 4 << 10, 1 << 20
_MOVES = 5
_ASKED_AGAIN = _MOVES + 3
_RENEWALS = 5
_CDN_TRIES = 3
_RENEWALS_WITHIN = timedelta(hours=1)

Refetch = Callable[[], Awaitable[Any]]  # the posting's document as it is now, or PostingGoneError


class TelethonFile:
    """A `RemoteFile`. `refetch` looks the posting up again when its reference has expired."""

    def __init__(
        self, place: Place, centres: Centres, takeout: Takeout, refetch: Refetch, clock: Clock
    ) -> None:
        self._place = place
        self._centres = centres
        self.takeout = takeout
        self._refetch = refetch
        self._clock = clock
        self._stream = Stream(place.size)
        self._in_vain = 0  # look-ups that failed, and how the last one did
        self._trouble: DownloaderError = OfflineError()

    @property
    def size(self) -> int:
        return self._place.size

    async def turn(self, left: int) -> FileTurn:
        self._check_reference()
        centre = self._centres.of(self._place.dc)
        return FileTurn(self, centre, await centre.turn(self._stream, left))

    async def hashes(self, offset: int) -> Sequence[PieceHash]:
        async def ask(location: Any) -> Any:
            return await centre.call(self.takeout.marked(GetFileHashesRequest(location, offset)))

        for _ in range(_ASKED_AGAIN):
            centre = self._centres.of(self._place.dc)
            with contextlib.suppress(AskAgainError):
                found = await self.located(centre.dc, ask)
                return [PieceHash(one.offset, one.limit, one.hash) for one in found]
        raise ServerTroubleError("no hashes")

    async def located(self, dc: int, ask: Callable[[Any], Awaitable[Any]]) -> Any:
        """Ask a data centre something about the file, with the reference of now.

        Raises AskAgainError when the next request will know better.
        """
        place, in_vain = self._place, self._in_vain
        if place.lock.locked():  # a new reference is on its way: the old one would be in vain
            async with place.lock:
                self._share_trouble(in_vain)
        version, takeout = place.version, self.takeout.number
        location = InputDocumentFileLocation(
            place.document_id, place.access_hash, place.reference, thumb_size=""
        )
        with our_errors():
            try:
                answer = await ask(location)
            except FileMigrateError as error:
                self._move(dc, error)
                raise AskAgainError(code_of(error)) from error
            except TakeoutInvalidError as error:
                await self.takeout.lose(takeout)
                raise AskAgainError(code_of(error)) from error
            except RPCError as error:
                if not is_stale_reference(error):
                    place.is_wrong = isinstance(translated(error), MisplacedError)
                    raise
                await self._renew(version, in_vain, error)
                raise AskAgainError(code_of(error)) from error
        place.moves = 0
        return answer

    def copy(self, sent: Any, master: Centre) -> Copy:
        """Return the copy in the CDN that we are sent to, though we never offer to go there."""
        if not isinstance(sent, FileCdnRedirect) or not is_usable(sent):
            raise RefusedError(type(sent).__name__)
        return Copy(sent, self._place.size, master, self._centres.cdn(sent.dc_id))

    def _move(self, dc: int, error: FileMigrateError) -> None:
        place = self._place
        if place.dc != dc:
            return  # another answer has told already
        place.moves += 1
        if place.moves > _MOVES:  # they send us round in a ring
            place.moves = 0
            raise ServerTroubleError(code_of(error)) from error
        place.dc = error.new_dc

    async def _renew(self, version: int, in_vain: int, error: RPCError) -> None:
        place = self._place
        async with place.lock:
            if place.version != version:
                return  # another part was faster
            self._share_trouble(in_vain)
            now = self._clock.monotonic()
            recent = now - _RENEWALS_WITHIN.total_seconds()
            place.renewed = [when for when in place.renewed if when > recent]
            if len(place.renewed) >= _RENEWALS:
                raise RefusedError(code_of(error)) from error
            document = await self._looked_up()
            place.renewed.append(now)  # only now: a look-up that failed has renewed nothing
            if document.id != place.document_id:
                raise PostingGoneError(Reason.REPLACED, str(document.id))
            place.renew(document)

    def _check_reference(self) -> None:
        """Raise ThrottledError while a part would be asked for in vain, however often."""
        wait = self._place.reopens - self._clock.monotonic()
        if wait > 0:
            raise ThrottledError(timedelta(seconds=wait), of_reading=True)

    async def _looked_up(self) -> Any:
        try:
            return await self._refetch()
        except DownloaderError as trouble:
            self._in_vain += 1
            self._trouble = trouble
            if isinstance(trouble, ThrottledError) and not trouble.is_brief:
                self._place.reopens = self._clock.monotonic() + trouble.wait.total_seconds()
            raise

    def _share_trouble(self, in_vain: int) -> None:
        """Raise how the look-up failed that was made since: one is enough for all in flight."""
        if self._in_vain != in_vain:
            raise self._trouble


class FileTurn:
    """A `Turn` on one lane of the centre."""

    def __init__(self, file: TelethonFile, centre: Centre, grant: Grant[Lane]) -> None:
        self._file = file
        self._centre = centre
        self._grant = grant

    @property
    def limit(self) -> int:
        return self._grant.limit

    async def part(self, offset: int, limit: int) -> memoryview:
        # https://core.telegram.org/api/files#downloading-files: no part may cross a MiB line.
        assert _SMALLEST <= limit <= _LARGEST
        assert limit & (limit - 1) == 0
        assert offset >= 0
        assert offset % limit == 0

        async def ask(location: Any) -> Any:
            request = self._file.takeout.marked(GetFileRequest(location, offset, limit))
            return await self._centre.ask(self._grant, request)

        refusals = 0
        while True:
            answer = await self._file.located(self._centre.dc, ask)
            if isinstance(answer, Bytes):
                return answer.view
            copy = self._file.copy(answer, self._centre)
            try:
                return await copy.part(offset, limit)
            except (RefusedError, AskAgainError) as error:
                # A token of the CDN that is no longer good, or a key that it has lost: the master
                # gives the bytes, or another token.
                refusals += 1
                log.info("the CDN was in vain", offset=offset, error=str(error))
                if refusals == _CDN_TRIES:
                    raise RefusedError(error.detail) from error

    def give_back(self) -> None:
        self._centre.give_back(self._grant)
