"""Sending a stored file over HTTP, all of it or the range that a player asks for."""

from __future__ import annotations

import contextlib
import re

from aiohttp import web

from sandbox.botapi.files import StoredFile

_CHUNK = 256 << 10
_RANGE = re.compile(r"bytes=(?=\d|-\d)(\d*)-(\d*)")


async def serve(request: web.Request, file: StoredFile) -> web.StreamResponse:
    wanted = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    start, end = _span(wanted, file.size) if wanted else (0, file.size)
    if start >= end and wanted:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    reply = web.StreamResponse(headers={"Content-Type": file.mime, "Accept-Ranges": "bytes"})
    reply.content_length = end - start
    if wanted:
        reply.set_status(206)
        reply.headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    with contextlib.suppress(ConnectionError):  # a player goes away when it has enough
        await reply.prepare(request)
        for offset in range(start, end, _CHUNK):
            await reply.write(bytes(file.read(offset, min(_CHUNK, end - offset))))
        await reply.write_eof()
    return reply


def _span(wanted: re.Match[str], size: int) -> tuple[int, int]:
    """Return the first byte and the end of a range; an impossible one is empty."""
    first, last = wanted.groups()
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(int(last) + 1, size) if last else size
