"""Sending a stored file over HTTP, all of it or the range that a player asks for."""

from __future__ import annotations

import re

from aiohttp import web

from sandbox.botapi.files import StoredFile

_CHUNK = 256 << 10
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


async def serve(request: web.Request, file: StoredFile) -> web.StreamResponse:
    span = _wanted(request.headers.get("Range", ""), file.size)
    if span is None:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    start, end = span
    reply = web.StreamResponse(headers={"Content-Type": file.mime, "Accept-Ranges": "bytes"})
    reply.content_length = end - start
    if "Range" in request.headers:
        reply.set_status(206)
        reply.headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    await reply.prepare(request)
    for offset in range(start, end, _CHUNK):
        await reply.write(bytes(file.read(offset, min(_CHUNK, end - offset))))
    await reply.write_eof()
    return reply


def _wanted(header: str, size: int) -> tuple[int, int] | None:
    """Return first byte and end of the wanted range, None if there is no such range."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or match[0] == "bytes=-":
        return 0, size
    first, last = match.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last) + 1, size) if first and last else size
    return (start, end) if start < end else None
