"""Writes on APEv2."""

from __future__ import annotations

from collections.abc import Sequence

from mutagen.apev2 import BINARY, APEv2, APEValue

from downloader.metadata.writing.cover import Cover

_TWICE = {"Year": ("Date",)}  # by the standard, and as beets reads it
_COVER = "Cover Art (Front)"


class ApeSheet:
    def __init__(self, tags: APEv2) -> None:
        self._tags = tags

    def values(self, name: str) -> list[str]:
        value = self._tags.get(name)
        return [] if value is None or value.kind == BINARY else str(value).split("\0")

    def put(self, name: str, values: Sequence[str]) -> None:
        for key in (name, *_TWICE.get(name, ())):
            self._tags[key] = list(values)

    def remove(self, name: str) -> None:
        self._tags.pop(name, None)

    def own(self, name: str) -> str:
        return name

    def put_cover(self, cover: Cover) -> None:
        named = f"cover.{cover.ending}".encode() + b"\0"
        self._tags[_COVER] = APEValue(named + cover.data, BINARY)
