"""`upload.*`: parts of files, by the real rules (https://core.telegram.org/api/files)."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from telethon.tl import types

from sandbox.cdn import CDN_DC, Copy
from sandbox.methods.call import Call, refuse
from sandbox.methods.shapes import THUMB
from sandbox.mtproto.replies import FilePart
from sandbox.world import Document

MIB = 1 << 20
_LOCATIONS = (types.InputDocumentFileLocation, types.InputPhotoFileLocation)
HASHED = 128 << 10  # bytes that one hash speaks for


def get_file(call: Call) -> FilePart | Any:
    document = _document(call)
    offset, limit = call.request.offset, call.request.limit
    check_range(offset, limit, precise=bool(call.request.precise))
    if call.request.location.thumb_size and not document.photo:
        return FilePart(_cover(call, document)[offset : offset + limit])
    offered = bool(call.request.cdn_supported)
    if copy := call.telegram.cdn.copy_for(document, offered=offered):
        return _redirect(call, copy, offset)
    return FilePart(document.read(offset, limit))


def get_file_hashes(call: Call) -> Any:
    return hashes_from(call, _document(call), call.request.offset)


def hashes_from(call: Call, document: Document, offset: int) -> list[Any]:
    """Return the hashes of as many pieces from `offset` as come in one answer."""
    if not 0 <= offset < max(1, document.size):
        refuse("OFFSET_INVALID")
    first = offset - offset % HASHED
    end = min(document.size, first + call.telegram.hashes_at_once * HASHED)
    return [_hash(call, document, start) for start in range(first, end, HASHED)]


def check_range(offset: int, limit: int, *, precise: bool) -> None:
    """Refuse a part against the rules, which are the same in the CDN."""
    grain = 1024 if precise else 4096
    if offset < 0 or offset % grain:
        refuse("OFFSET_INVALID")
    if not 0 < limit <= MIB or limit % grain or (not precise and MIB % limit):
        refuse("LIMIT_INVALID")
    if offset // MIB != (offset + limit - 1) // MIB:
        refuse("LIMIT_INVALID")


def _document(call: Call) -> Document:
    location = call.request.location
    if not isinstance(location, _LOCATIONS):
        refuse("LOCATION_INVALID")
    document = call.world.documents.get(location.id)
    if document is None or document.access_hash != location.access_hash:
        refuse("LOCATION_INVALID")
    if document.dc != call.device.dc:
        refuse(f"FILE_MIGRATE_{document.dc}", 303)
    if not location.file_reference:
        refuse("FILE_REFERENCE_EMPTY")
    if location.file_reference != document.reference:
        refuse("FILE_REFERENCE_EXPIRED")
    return document


def _cover(call: Call, document: Document) -> bytes:
    if document.cover is None or call.request.location.thumb_size != THUMB:
        refuse("LOCATION_INVALID")
    return document.cover


def _redirect(call: Call, copy: Copy, offset: int) -> Any:
    hashes = hashes_from(call, copy.document, min(offset, copy.document.size - 1))
    return types.upload.FileCdnRedirect(CDN_DC, copy.token, copy.key, copy.vector, hashes)


def _hash(call: Call, document: Document, start: int) -> Any:
    known, key = call.telegram.digests, (document.id, start)
    if key not in known:
        # Real servers have them at hand; to make them anew would be felt on a fast line.
        known[key] = sha256(document.read(start, HASHED)).digest()
    return types.FileHash(start, min(HASHED, document.size - start), known[key])
