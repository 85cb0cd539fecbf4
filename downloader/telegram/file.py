"""One document, read in parts straight from the data centre where it lies."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from telethon.errors import FileMigrateError, RPCError
from telethon.tl.functions.upload import GetFileRequest
from telethon.tl.types import InputDocumentFileLocation
from telethon.tl.types.upload import File

from downloader.clock import Clock
from downloader.errors import PostingGoneError, RefusedError, ServerTroubleError
from downloader.telegram.centres import Centres
from downloader.telegram.errors import code_of, is_stale_reference, our_errors
from downloader.telegram.places import Place
from storage.models import Reason

_SMALLEST, _LARGEST = 4 << 10, 1 << 20
_MOVES = 5
_RENEWALS = 3
_RENEWALS_WITHIN = timedelta(hours=1)

Refetch = Callable[[], Awaitable[Any]]  # the posting's document as it is now, or PostingGoneError


class TelethonFile:
    """A `RemoteFile`. `refetch` looks the posting up again when its reference has expired."""

    def __init__(self, place: Place, centres: Centres, refetch: Refetch, clock: Clock) -> None:
        self._place = place
        self._centres = centres
        self._refetch = refetch
        self._clock = clock

    @property
    def size(self) -> int:
        return self._place.size

    async def part(self, offset: int, limit: int) -> bytes:
        # https://core.telegram.org/api/files#downloading-files: no part may cross a MiB line.
        assert _SMALLEST <= limit <= _LARGEST
        assert limit & (limit - 1) == 0
        assert offset >= 0
        assert offset % limit == 0
        with our_errors():
            return await self._part(offset, limit)

    async def _part(self, offset: int, limit: int) -> bytes:
        moves = 0
        while True:
            version = self._place.version
            try:
                return await self._ask(offset, limit)
            except FileMigrateError as error:
                moves += 1
                if moves > _MOVES:  # they send us round in a ring
                    raise ServerTroubleError(code_of(error)) from error
                self._place.dc = error.new_dc
            except RPCError as error:
                if not is_stale_reference(error):
                    raise
                await self._renew(version, error)

    async def _ask(self, offset: int, limit: int) -> bytes:
        place = self._place
        location = InputDocumentFileLocation(
            place.document_id, place.access_hash, place.reference, thumb_size=""
        )
        answer = await self._centres.call(place.dc, GetFileRequest(location, offset, limit))
        if not isinstance(answer, File):
            # FileCdnRedirect, though we never offer to use a CDN: its bytes would need a
            # decryption and a proof of their own.
            raise RefusedError(type(answer).__name__)
        return bytes(answer.bytes)

    async def _renew(self, version: int, error: RPCError) -> None:
        place = self._place
        async with place.lock:
            if place.version != version:
                return  # another part was faster
            now = self._clock.monotonic()
            recent = now - _RENEWALS_WITHIN.total_seconds()
            place.renewed = [when for when in place.renewed if when > recent]
            if len(place.renewed) >= _RENEWALS:
                raise RefusedError(code_of(error)) from error
            place.renewed.append(now)
            document = await self._refetch()
            if document.id != place.document_id:
                raise PostingGoneError(Reason.REPLACED, str(document.id))
            place.renew(document)
