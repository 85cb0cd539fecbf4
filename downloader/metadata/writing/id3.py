"""Writes on ID3v2.4."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mutagen.id3 import APIC, COMM, ID3, TCON, TXXX, Frames

from downloader.metadata.writing.cover import FRONT, Cover

_UTF8 = 3
_COMMENT = "COMM"
# Comments for people; those that programs keep for themselves have other words.
_WORDS = ("", "Source")
_OWN = "TXXX:"


class Id3Sheet:
    def __init__(self, tags: ID3) -> None:
        self._tags = tags

    def values(self, name: str) -> list[str]:
        return [str(text) for frame in self._frames(name) for text in _texts(frame)]

    def put(self, name: str, values: Sequence[str]) -> None:
        if name == _COMMENT:
            self._comment(values)
            return
        self.remove(name)
        if name.startswith(_OWN):
            own = name.removeprefix(_OWN)
            self._tags.add(TXXX(encoding=_UTF8, desc=own, text=list(values)))
        else:
            self._tags.add(Frames[name](encoding=_UTF8, text=list(values)))

    def remove(self, name: str) -> None:
        for frame in self._frames(name):
            del self._tags[frame.HashKey]

    def own(self, name: str) -> str:
        return _OWN + name

    def put_cover(self, cover: Cover) -> None:
        others = [frame for frame in self._tags.getall("APIC") if frame.type != FRONT]
        # Frames are told apart by their words alone.
        words = "" if all(frame.desc for frame in others) else "Front cover"
        front = APIC(encoding=_UTF8, mime=cover.mime, type=FRONT, desc=words, data=cover.data)
        self._tags.setall("APIC", [front, *others])

    def _frames(self, name: str) -> list[Any]:
        if name == _COMMENT:
            return [frame for frame in self._tags.getall(_COMMENT) if frame.desc in _WORDS]
        if not name.startswith(_OWN):
            return list(self._tags.getall(name))
        own = name.removeprefix(_OWN).casefold()
        return [frame for frame in self._tags.getall("TXXX") if frame.desc.casefold() == own]

    def _comment(self, values: Sequence[str]) -> None:
        """Leave those that are there as they are, with their language."""
        for frame in self._frames(_COMMENT):
            if not set(map(str, frame.text)) <= set(values):
                del self._tags[frame.HashKey]
        there = self.values(_COMMENT)
        taken = {frame.desc for frame in self._frames(_COMMENT)}
        free = [words for words in _WORDS if words not in taken]
        for text, words in zip((text for text in values if text not in there), free, strict=False):
            self._tags.add(COMM(encoding=_UTF8, lang="eng", desc=words, text=[text]))


def _texts(frame: Any) -> list[Any]:
    if isinstance(frame, TCON):  # numbers in it stand for names
        return list(frame.genres)
    text = getattr(frame, "text", [])
    return list(text) if isinstance(text, list) else [text]
