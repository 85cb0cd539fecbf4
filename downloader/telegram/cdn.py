"""Copies of files in Telegram's CDN, which it does not trust (https://core.telegram.org/cdn).

We never offer to go there, but are sent there all the same. The CDN has nothing but sealed bytes:
the master tells the key, and the SHA-256 of each piece, without which no byte counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import structlog
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from telethon.tl.functions.upload import (
    GetCdnFileHashesRequest,
    GetCdnFileRequest,
    ReuploadCdnFileRequest,
)
from telethon.tl.types.upload import CdnFile, FileCdnRedirect

from downloader.errors import ServerTroubleError, SourceDamagedError
from downloader.pieces import end_of, following
from downloader.source import PieceHash
from downloader.telegram.centre import Centre
from downloader.telegram.errors import our_errors
from storage.models import Reason

log = structlog.get_logger(__name__)

_UPLOADS = 3
_BLOCK = 16
_KEY = 32


def is_usable(sent: FileCdnRedirect) -> bool:
    """Tell whether the key and the vector are such as AES-256-CTR takes."""
    return len(sent.encryption_key) == _KEY and len(sent.encryption_iv) == _BLOCK


class Copy:
    """What the master sent us to. Raises `downloader.errors` only."""

    def __init__(self, sent: FileCdnRedirect, size: int, master: Centre, cdn: Centre) -> None:
        self._sent = sent
        self._size = size
        self._master = master
        self._cdn = cdn

    async def part(self, offset: int, limit: int) -> memoryview:
        """Return proven bytes from `offset`, at most `limit`."""
        with our_errors():
            sealed = await self._sealed(offset, limit)
            pieces = await self._pieces(offset, offset + len(sealed))
        data = await asyncio.to_thread(self._opened, sealed, offset)
        if not await asyncio.to_thread(_are_right, pieces, offset, data):
            log.error("bytes of the CDN have been tampered with", dc=self._cdn.dc, offset=offset)
            raise SourceDamagedError(Reason.TAMPERED, f"{len(data)} at {offset}")
        return memoryview(data)

    async def _sealed(self, offset: int, limit: int) -> bytes:
        token = self._sent.file_token
        for _ in range(_UPLOADS):
            answer = await self._cdn.call(GetCdnFileRequest(token, offset, limit))
            if isinstance(answer, CdnFile):
                return bytes(answer.bytes)
            # The CDN has forgotten the file, and believes nobody but the master.
            await self._master.call(ReuploadCdnFileRequest(token, answer.request_token))
        raise ServerTroubleError("CDN_FILE_REUPLOAD_NEEDED")

    def _opened(self, sealed: bytes, offset: int) -> bytes:
        # The vector's last four bytes count the blocks; everything else of it stays.
        counter = (offset // _BLOCK).to_bytes(4, "big")
        vector = bytes(self._sent.encryption_iv)[:-4] + counter
        opener = Cipher(AES(bytes(self._sent.encryption_key)), CTR(vector)).decryptor()
        return opener.update(sealed)

    async def _pieces(self, start: int, end: int) -> Sequence[PieceHash]:
        """Return what the master told of all these bytes; less if it tells no more."""
        found = following(_read(self._sent.file_hashes), start, end, self._size)
        while (at := end_of(found[-1]) if found else start) < end:
            told = await self._master.call(GetCdnFileHashesRequest(self._sent.file_token, at))
            more = following(_read(told), at, end, self._size)
            if not more:
                break
            found += more
        return found


def _read(hashes: Sequence[Any]) -> list[PieceHash]:
    return [PieceHash(one.offset, one.limit, bytes(one.hash)) for one in hashes]


def _are_right(pieces: Sequence[PieceHash], start: int, data: bytes) -> bool:
    """Tell whether the pieces cover exactly these bytes, and every one is as it should be."""
    if not data:
        return True
    covered = [pieces[0].offset, end_of(pieces[-1])] if pieces else []
    if covered != [start, start + len(data)]:
        return False
    view = memoryview(data)
    return all(
        sha256(view[one.offset - start : end_of(one) - start]).digest() == one.sha256
        for one in pieces
    )
