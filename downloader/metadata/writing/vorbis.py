"""Writes on the comments of Vorbis, as FLAC and everything in Ogg has them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from mutagen.flac import FLAC, Picture, error

from downloader.metadata.writing.cover import FRONT, Cover

_PICTURE = "METADATA_BLOCK_PICTURE"
_OLDER = ("COVERART", "COVERARTMIME")  # from before there was a way for pictures
_DEPTH = 24


class VorbisSheet:
    """It takes the file: FLAC has its pictures beside its comments."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._tags = file.tags

    def values(self, name: str) -> list[str]:
        return list(self._tags.get(name, ()))

    def put(self, name: str, values: Sequence[str]) -> None:
        self._tags[name] = list(values)

    def remove(self, name: str) -> None:
        if name in self._tags:
            del self._tags[name]

    def own(self, name: str) -> str:
        return name

    def put_cover(self, cover: Cover) -> None:
        front = _picture(cover)
        for name in _OLDER:
            self.remove(name)
        kept = [text for text in self.values(_PICTURE) if _type_of(text) != FRONT]
        if isinstance(self._file, FLAC):
            others = [picture for picture in self._file.pictures if picture.type != FRONT]
            self._file.clear_pictures()
            for picture in (front, *others):
                self._file.add_picture(picture)
        else:
            kept = [base64.b64encode(front.write()).decode(), *kept]
        if kept:
            self.put(_PICTURE, kept)
        else:
            self.remove(_PICTURE)


def _picture(cover: Cover) -> Picture:
    picture = Picture()
    picture.type, picture.mime, picture.data = FRONT, cover.mime, cover.data
    picture.width, picture.height, picture.depth = cover.width, cover.height, _DEPTH
    return picture


def _type_of(text: str) -> int | None:
    try:
        return int(Picture(base64.b64decode(text)).type)
    except (ValueError, error):
        return None
