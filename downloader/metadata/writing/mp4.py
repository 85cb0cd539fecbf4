"""Writes on the atoms of MP4."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mutagen.mp4 import AtomDataType, MP4Cover, MP4FreeForm, MP4Tags

from downloader.metadata.writing.cover import Cover

_PAIRS = ("trkn", "disk")
_FLAGS = ("cpil",)
_COVERS = "covr"
_OWN = "----:com.apple.iTunes:"


class Mp4Sheet:
    def __init__(self, tags: MP4Tags) -> None:
        self._tags = tags

    def values(self, name: str) -> list[str]:
        said = self._tags.get(self._there(name), [])
        return [_text(value) for value in (said if isinstance(said, list) else [said])]

    def put(self, name: str, values: Sequence[str]) -> None:
        self.remove(name)
        if name in _FLAGS:
            self._tags[name] = any(value == "1" for value in values)
        elif name in _PAIRS:
            self._tags[name] = [_pair(value) for value in values]
        elif name.startswith(_OWN):
            self._tags[name] = [MP4FreeForm(value.encode(), AtomDataType.UTF8) for value in values]
        else:
            self._tags[name] = list(values)

    def remove(self, name: str) -> None:
        self._tags.pop(self._there(name), None)

    def own(self, name: str) -> str:
        return _OWN + name.lower()  # as foobar2000 and beets read it

    def put_cover(self, cover: Cover) -> None:
        kind = MP4Cover.FORMAT_PNG if cover.ending == "png" else MP4Cover.FORMAT_JPEG
        others = self._tags.get(_COVERS, [])[1:]  # they have no types: the first one is the front
        self._tags[_COVERS] = [MP4Cover(cover.data, kind), *others]

    def _there(self, name: str) -> str:
        """Return the name as the file spells it, in large letters or small."""
        if not name.startswith(_OWN):
            return name
        folded = name.casefold()
        return next((key for key in self._tags if key.casefold() == folded), name)


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        number, total = value
        return f"{number or ''}/{total}" if total else str(number or "")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(int(value)) if isinstance(value, bool) else str(value)


def _pair(text: str) -> tuple[int, int]:
    number, _, total = text.partition("/")
    return int(number or 0), int(total or 0)
