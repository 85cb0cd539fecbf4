"""`upload.save*Part`: parts of files that an account sends, and the files made of them."""

from __future__ import annotations

from hashlib import md5
from typing import Any

from telethon.tl import types

from sandbox.methods.call import Call, refuse
from sandbox.uploads import Upload


def save_file_part(call: Call) -> bool:
    request = call.request
    _upload(call, request.file_id).take(request.file_part, request.bytes)
    return True


def save_big_file_part(call: Call) -> bool:
    request = call.request
    _upload(call, request.file_id).take(request.file_part, request.bytes, request.file_total_parts)
    return True


def uploaded(call: Call, file: Any) -> bytes:
    """Return what was uploaded as this `InputFile`; its parts are then forgotten."""
    if not isinstance(file, types.InputFile | types.InputFileBig):
        refuse("MEDIA_INVALID")
    body = _upload(call, file.id).whole(file.parts)
    given = getattr(file, "md5_checksum", "")
    if given and given != md5(body, usedforsecurity=False).hexdigest():
        refuse("MD5_CHECKSUM_INVALID")
    del call.telegram.uploads[call.me.id, file.id]
    return body


def _upload(call: Call, file_id: int) -> Upload:
    return call.telegram.uploads.setdefault((call.me.id, file_id), Upload())
