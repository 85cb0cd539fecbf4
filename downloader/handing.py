"""Hands a track to a bot through whichever account can: by reference, else as the file we have."""

from __future__ import annotations

from pathlib import PurePosixPath

import structlog

from downloader.errors import (
    AccountLostError,
    ChatUnavailableError,
    DiskError,
    PostingGoneError,
    RefusedError,
)
from downloader.hands import Address, Hands, Read
from downloader.lending import Errand
from downloader.outcomes import disk_error
from downloader.pool import Pool
from storage.errors import DiskFailure
from storage.models import Posting, Reason, Track
from storage.store import Store

log = structlog.get_logger(__name__)

_TRIED = 5  # postings of a track
# The document cannot be had there, or not be passed on: the file goes up instead.
_IN_VAIN = (AccountLostError, ChatUnavailableError, PostingGoneError, RefusedError)


async def hand_over(pool: Pool, store: Store, track: Track, address: Address) -> None:
    """Raise `downloader.errors`: why no account could send it, or `DiskError` of our file."""
    if await _referred(pool, store, track, address):
        return
    try:
        await _uploaded(pool, store, track, address)
    except DiskFailure as failure:
        raise disk_error(failure) from failure


async def _uploaded(pool: Pool, store: Store, track: Track, address: Address) -> None:
    size = await store.files.size_published(track.path) if track.path else None
    if track.path is None or not size:
        raise DiskError(Reason.DISK_BROKEN, f"{track.path} is not there")
    log.info("an account uploads", track=track.id, size=size)
    read = _reader(store, track.path, size)
    await pool.ask(lambda hands: hands.upload(track, size, read, address), Errand(None))


async def _referred(pool: Pool, store: Store, track: Track, address: Address) -> bool:
    document_id = track.document_id
    if document_id is None:
        return False
    for posting in (await store.catalog.postings_of(track.id))[:_TRIED]:

        async def refer(hands: Hands, posting: Posting = posting) -> None:
            await hands.refer(posting, document_id, address)

        try:
            await pool.ask(refer, Errand(posting.chat_id))
        except _IN_VAIN as error:
            log.info("no reference", track=track.id, error=str(error))
        else:
            return True
    return False


def _reader(store: Store, path: PurePosixPath, size: int) -> Read:
    async def read(offset: int, count: int) -> bytes:
        piece = await store.files.piece_published(path, offset, count)
        if piece is None or len(piece) != min(count, size - offset):
            raise DiskError(Reason.DISK_BROKEN, f"{path} has changed")
        return piece

    return read
