"""Writes on the attributes of ASF, which Windows Media comes in."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

from mutagen.asf import ASFByteArrayAttribute, ASFTags, ASFUnicodeAttribute

from downloader.metadata.writing.cover import FRONT, Cover

_PICTURE = "WM/Picture"


class AsfSheet:
    def __init__(self, tags: ASFTags) -> None:
        self._tags = tags

    def values(self, name: str) -> list[str]:
        return [_text(value) for value in self._said(name)]

    def put(self, name: str, values: Sequence[str]) -> None:
        self.remove(name)
        self._tags[name] = [ASFUnicodeAttribute(value) for value in values]

    def remove(self, name: str) -> None:
        folded = name.casefold()
        self._tags[:] = [pair for pair in self._tags if pair[0].casefold() != folded]

    def own(self, name: str) -> str:
        return name.lower()  # as foobar2000 and beets read it

    def put_cover(self, cover: Cover) -> None:
        others = [value for value in self._said(_PICTURE) if _type_of(value) != FRONT]
        self._tags[_PICTURE] = [ASFByteArrayAttribute(_packed(cover)), *others]

    def _said(self, name: str) -> list[Any]:
        folded = name.casefold()
        return [value for key, value in self._tags if key.casefold() == folded]


def _text(value: Any) -> str:
    flag = value.value
    return str(int(flag)) if isinstance(flag, bool) else str(value)


def _packed(cover: Cover) -> bytes:
    """Write the type, the length, the name of the format, no words, and the picture."""
    mime = cover.mime.encode("utf-16-le") + b"\0\0"
    return struct.pack("<BI", FRONT, len(cover.data)) + mime + b"\0\0" + cover.data


def _type_of(value: Any) -> int | None:
    data = value.value
    return data[0] if isinstance(data, bytes) and data else None
