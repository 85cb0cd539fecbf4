"""The CDN's one method, and the master's methods about files in it (core.telegram.org/cdn)."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from sandbox.cdn import CDN_DC, Copy
from sandbox.methods.call import Call, refuse
from sandbox.methods.files import check_range, hashes_from
from sandbox.mtproto.replies import FilePart, cdn_part

ONLY_METHOD = "upload.getCdnFile"


def get_cdn_file(call: Call) -> FilePart | Any:
    if call.device.dc != CDN_DC:
        refuse("METHOD_INVALID", 404)
    copy = _opened(call)
    offset, limit = call.request.offset, call.request.limit
    check_range(offset, limit, precise=False)
    if not copy.is_there:
        return types.upload.CdnFileReuploadNeeded(copy.request_token)
    return cdn_part(copy.read(offset, limit))


def reupload_cdn_file(call: Call) -> Any:
    copy = _opened(call)
    if copy.document.dc != call.device.dc:
        refuse("LOCATION_INVALID")
    if copy.is_there or call.request.request_token != copy.request_token:
        refuse("REQUEST_TOKEN_INVALID")
    copy.request_token = b""
    return hashes_from(call, copy.document, 0)


def get_cdn_file_hashes(call: Call) -> Any:
    return hashes_from(call, _opened(call).document, call.request.offset)


def get_cdn_config(call: Call) -> Any:
    return types.CdnConfig([types.CdnPublicKey(CDN_DC, call.telegram.cdn_pem)])


def _opened(call: Call) -> Copy:
    copy = call.telegram.cdn.opened(call.request.file_token)
    if copy is None:
        refuse("FILE_TOKEN_INVALID")
    return copy
