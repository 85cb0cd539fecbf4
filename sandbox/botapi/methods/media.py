"""Files sent by bots, one by one or as an album, and getFile."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sandbox.botapi.call import Call
from sandbox.botapi.composing import content_text
from sandbox.botapi.dialogs import Media, MediaKind
from sandbox.botapi.errors import ApiError, bad
from sandbox.botapi.files import (
    MAX_DOWNLOAD,
    MAX_UPLOAD,
    MAX_UPLOAD_LOCAL,
    StoredFile,
    find_file,
    unique_id,
)
from sandbox.botapi.formatted import Json
from sandbox.botapi.methods.sending import draft, sent
from sandbox.botapi.params import Params, Upload
from sandbox.botapi.shapes import message_object
from sandbox.world import Document

LARGEST_ALBUM = 10
_USUAL_TYPES = {
    MediaKind.AUDIO: "audio/mpeg",
    MediaKind.VOICE: "audio/ogg",
    MediaKind.DOCUMENT: "application/octet-stream",
    MediaKind.PHOTO: "image/jpeg",
}
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_CHUNK = 1 << 20


async def send_audio(call: Call) -> Json:
    return _sent(call, MediaKind.AUDIO)


async def send_voice(call: Call) -> Json:
    return _sent(call, MediaKind.VOICE)


async def send_document(call: Call) -> Json:
    return _sent(call, MediaKind.DOCUMENT)


async def send_photo(call: Call) -> Json:
    return _sent(call, MediaKind.PHOTO)


async def send_media_group(call: Call) -> list[Json]:
    """Send an album: all of it, or nothing when one item is refused."""
    dialog = call.dialog()
    items = call.params.loaded("media", list, "media") or []
    kinds = kinds_of(items)
    album = str(call.hub.world.new_album())
    messages = []
    for item, kind in zip(items, kinds, strict=True):
        params = Params(dict(call.params.values) | item, call.params.uploads)
        part = Call(call.hub, call.bot, params)
        message = draft(
            part, dialog, content_text(params, "caption"), media_of(part, kind, "media")
        )
        messages.append(message)
    call.pace(dialog)
    shown = [call.hub.send(call.bot, dialog, replace(message, album=album)) for message in messages]
    return [message_object(dialog, message) for message in shown]


async def get_file(call: Call) -> Json:
    file = find_file(call.hub.world, call.params.text("file_id"))
    if file is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    local = call.hub.local
    if local is None and file.size > MAX_DOWNLOAD:
        raise bad("file is too big")
    path = str(file.path)
    if local is not None:
        place = local / str(call.bot.user.token) / file.path
        await asyncio.to_thread(_lay_out, file, place)
        path = str(place)
    return {
        "file_id": file.id,
        "file_unique_id": unique_id(file.kind, file.document),
        "file_size": file.size,
        "file_path": path,
    }


def _sent(call: Call, kind: MediaKind) -> Json:
    dialog = call.dialog()
    caption = content_text(call.params, "caption")
    return sent(call, dialog, draft(call, dialog, caption, media_of(call, kind, kind.value)))


def kinds_of(items: Sequence[Json]) -> list[MediaKind]:
    if not items:
        raise bad("there are no messages to send")
    if len(items) == 1:  # the real server has let single ones pass; the documentation does not
        raise bad("media group must include 2-10 items")
    if len(items) > LARGEST_ALBUM:
        raise bad("too many messages to send as an album")
    names = [str(item.get("type")) for item in items]
    for name in names:
        if name not in {"audio", "document", "photo"}:
            raise bad(f"can't parse InputMedia: type \"{name}\" can't be used in sendMediaGroup")
    if len(set(names)) > 1:
        odd = "audio" if "audio" in names else "document"
        raise bad(f"{odd} can't be mixed with other media types")
    return [MediaKind(name) for name in names]


def media_of(call: Call, kind: MediaKind, field: str) -> Media:
    """Find what a parameter names: an upload, a local path or a file that is known."""
    given = call.params.text(field)
    upload = call.params.uploads.get(field) or _attached(call.params, given, field)
    if upload:
        return Media(kind, _taken(call, kind, upload))
    if not given:
        raise bad(f"there is no {field} in the request")
    if call.hub.local is not None and given.startswith("file://"):
        return Media(kind, _taken(call, kind, _local(given)))
    file = find_file(call.hub.world, given)
    if file is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if file.kind != kind:
        was = file.kind.capitalize()
        raise bad(f"can't use file of type {was} as {kind.value.capitalize()}")
    return Media(kind, file.document)


def _attached(params: Params, given: str, field: str) -> Upload | None:
    if not given.startswith("attach://"):
        return None
    upload = params.uploads.get(given.removeprefix("attach://"))
    if upload is None:
        what = "can't parse InputMedia: media not found"
        raise bad(what if field == "media" else f"there is no {field} in the request")
    return upload


def _local(uri: str) -> Upload:
    path = Path(unquote(urlsplit(uri).path))
    if not path.is_file():
        raise bad("file must be non-empty")
    return Upload(path.name, path, path.stat().st_size)


def _taken(call: Call, kind: MediaKind, upload: Upload) -> Document:
    largest = MAX_UPLOAD if call.hub.local is None else MAX_UPLOAD_LOCAL
    if upload.size > largest:
        raise ApiError(413, "Request Entity Too Large")
    if not upload.size:
        raise bad("file must be non-empty")
    if kind is MediaKind.PHOTO and not _head(upload).startswith(_IMAGES):
        raise bad("IMAGE_PROCESS_FAILED")
    params = call.params
    timed = kind in {MediaKind.AUDIO, MediaKind.VOICE}
    cover = params.uploads.get("thumbnail") or _attached(params, params.text("thumbnail"), "cover")
    return call.hub.world.add_document(
        body=upload.body,
        name=upload.name,
        mime=mimetypes.guess_type(upload.name)[0] or _USUAL_TYPES[kind],
        title=params.text("title") or None,
        performer=params.text("performer") or None,
        duration=timedelta(seconds=max(0, params.integer("duration"))) if timed else None,
        voice=kind is MediaKind.VOICE,
        cover=cover.body if cover and isinstance(cover.body, bytes) else None,
    )


def _head(upload: Upload) -> bytes:
    if isinstance(upload.body, bytes):
        return upload.body[:16]
    with upload.body.open("rb") as file:
        return file.read(16)


def _lay_out(file: StoredFile, place: Path) -> None:
    """Write a file where a Bot API server of one's own would have it."""
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as target:
        for offset in range(0, file.size, _CHUNK):
            target.write(file.read(offset, _CHUNK))
