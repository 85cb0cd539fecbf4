"""File ids over the world's documents, and how their bytes are reached.

A real file id tells its kind; so does this one: its first letters are the real prefixes.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from zlib import crc32

from sandbox.botapi.dialogs import MediaKind
from sandbox.world import Document, World

COVER = "cover"
MAX_UPLOAD = 50_000_000
MAX_UPLOAD_LOCAL = 2_000_000_000
MAX_DOWNLOAD = 20_000_000
LINK_LIVES = timedelta(hours=1)

_PREFIXES = {
    MediaKind.AUDIO: "CQACAgIAAxkBAAI",
    MediaKind.VOICE: "AwACAgIAAxkBAAI",
    MediaKind.DOCUMENT: "BQACAgIAAxkBAAI",
    MediaKind.PHOTO: "AgACAgIAAxkBAAI",
    COVER: "AAMCAgADGQEAAic",
}
_KINDS = {prefix: kind for kind, prefix in _PREFIXES.items()}
_FOLDERS = {
    MediaKind.AUDIO: "music",
    MediaKind.VOICE: "voice",
    MediaKind.DOCUMENT: "documents",
    MediaKind.PHOTO: "photos",
    COVER: "thumbnails",
}
_LENGTH = len(_PREFIXES[COVER])


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that a bot may name: a document as some kind, or a document's cover."""

    kind: str
    document: Document

    @property
    def id(self) -> str:
        return file_id(self.kind, self.document)

    @property
    def size(self) -> int:
        return len(self.document.cover or b"") if self.kind == COVER else self.document.size

    @property
    def mime(self) -> str:
        return "image/jpeg" if self.kind == COVER else self.document.mime

    @property
    def path(self) -> PurePosixPath:
        """Where getFile says it is: short and without the sender's name, as the real one."""
        suffix = ".jpg" if self.kind in {COVER, MediaKind.PHOTO} else self._suffix()
        return PurePosixPath(_FOLDERS[self.kind]) / f"file_{self.document.id}{suffix}"

    def read(self, offset: int, count: int) -> bytes | memoryview:
        if self.kind == COVER:
            return (self.document.cover or b"")[offset : offset + count]
        return self.document.read(offset, count)

    def _suffix(self) -> str:
        return PurePosixPath(self.document.name or "").suffix[:8]


def file_id(kind: str, document: Document) -> str:
    packed = document.id.to_bytes(8, "big") + _mark(document)
    return _PREFIXES[kind] + base64.urlsafe_b64encode(packed).decode()


def unique_id(kind: str, document: Document) -> str:
    packed = base64.urlsafe_b64encode(document.id.to_bytes(6, "big"))
    return ("AQAD" if kind == COVER else "AgAD") + packed.decode()


def find_file(world: World, given: str) -> StoredFile | None:
    """Return the file with this id."""
    kind = _KINDS.get(given[:_LENGTH])
    try:
        packed = base64.b64decode(given[_LENGTH:], b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    document = world.documents.get(int.from_bytes(packed[:8], "big"))
    if kind is None or document is None or packed[8:] != _mark(document):
        return None
    return StoredFile(kind, document)


def _mark(document: Document) -> bytes:
    """Tell a document from one that had its number in another run, which a bot may remember."""
    what = f"{document.name} {document.title} {document.performer} {document.size}"
    return crc32(what.encode("utf-8", "surrogatepass")).to_bytes(4, "big")


def find_by_path(world: World, path: str) -> StoredFile | None:
    """Return the file that getFile placed at `path`."""
    place = PurePosixPath(path)
    kind = next((kind for kind, folder in _FOLDERS.items() if folder == place.parent.name), None)
    number = place.stem.removeprefix("file_")
    document = world.documents.get(int(number)) if number.isdecimal() else None
    found = StoredFile(kind, document) if kind and document else None
    return found if found and found.path == place else None
