"""The cover that a file holds. Pure."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from mutagen._vorbis import VComment
from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

LARGEST = 20 << 20  # bytes
_FRONT = 3  # the type of a picture: https://id3.org/id3v2.3.0#Attached_picture
_ASF_HEAD = 5  # the type, and how many bytes the picture has


def picture_in(file: Any, tags: Any) -> bytes:
    """Return the front cover, else the first picture; empty where there is none that can be shown.

    It is a JPEG, PNG or WebP of at most `LARGEST` bytes.
    """
    found = [(kind, data) for kind, data in _pictures(file, tags) if _is_shown(data)]
    return next((data for kind, data in found if kind == _FRONT), found[0][1] if found else b"")


def _is_shown(data: bytes) -> bool:
    is_known = data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        data.startswith(b"RIFF") and data[8:12] == b"WEBP"
    )
    return is_known and len(data) <= LARGEST


def _pictures(file: Any, tags: Any) -> Iterator[tuple[int, bytes]]:
    """Tell of each picture its type and its bytes."""
    if isinstance(file, FLAC):
        yield from ((picture.type, picture.data) for picture in file.pictures)
    match tags:
        case ID3():
            yield from ((frame.type, frame.data) for frame in tags.getall("APIC"))
        case VComment():
            yield from _in_comments(tags)
        case MP4Tags():
            yield from ((_FRONT, bytes(data)) for data in tags.get("covr") or ())
        case APEv2():
            yield from _in_items(tags)
        case ASFTags():
            yield from (_in_attribute(one.value) for one in tags.get("WM/Picture") or ())


def _in_comments(tags: Any) -> Iterator[tuple[int, bytes]]:
    for text in tags.get("metadata_block_picture") or ():
        picture = Picture(b64decode(text))
        yield picture.type, picture.data
    for text in tags.get("coverart") or ():
        yield _FRONT, b64decode(text)


def _in_items(tags: Any) -> Iterator[tuple[int, bytes]]:
    for name in ("Cover Art (Front)", "Cover Art (Other)"):
        if name in tags:  # a name of the file stands before it
            yield _FRONT, bytes(tags[name].value).partition(b"\0")[2]


def _in_attribute(value: bytes) -> tuple[int, bytes]:
    """Pass over the kind and the description, each in UTF-16 and ended by a zero."""
    at = _ASF_HEAD
    for _ in range(2):
        while value[at : at + 2] not in {b"\0\0", b""}:
            at += 2
        at += 2
    return value[0], value[at:]
