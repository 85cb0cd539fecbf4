"""What a picture is, told by its bytes. Pure."""

from __future__ import annotations

import struct
from dataclasses import dataclass

FRONT = 3  # what ID3 calls the front cover, and all others after it
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
# A few kilobytes may unpack into gigabytes at whoever shows them; no cover needs this much.
LARGEST_SIDE = 10_000  # pixels
# Markers of JPEG that begin a frame, and so tell its size; the numbers between them do not.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture in a format that every player shows; sizes in pixels, 0 where they are hidden."""

    data: bytes
    mime: str
    width: int
    height: int

    @property
    def ending(self) -> str:
        return "png" if self.mime == "image/png" else "jpg"


def cover_of(data: bytes) -> Cover | None:
    """Return the picture, None where it is neither JPEG nor PNG, or larger than any cover."""
    if data.startswith(_PNG) and len(data) >= 24:
        cover = Cover(data, "image/png", *struct.unpack_from(">II", data, 16))
    elif data.startswith(_JPEG):
        cover = Cover(data, "image/jpeg", *_size_of_jpeg(data))
    else:
        return None
    return cover if max(cover.width, cover.height) <= LARGEST_SIDE else None


def _size_of_jpeg(data: bytes) -> tuple[int, int]:
    """Walk the segments, each a marker and its length, to the first frame."""
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return width, height
        place += 2 + max(2, length)
    return 0, 0
