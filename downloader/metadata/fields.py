"""What is in a file that the tag library has opened, whatever its family of tags calls it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mutagen._vorbis import VComment
from mutagen.flac import FLAC
from mutagen.id3 import ID3

from downloader.metadata.names import Names, names_in

_LONGEST = 1000  # characters: no answer may grow without end
_MOST_VALUES = 20
_SEVERAL = {"artist", "album_artist", "composer", "genre"}
# They are read where the field itself is empty: dates of another kind, and how ffmpeg names things.
_STAND_INS = {
    "date": ("TDRL", "TDOR", "ORIGINALDATE", "date"),
    "is_compilation": ("TXXX:compilation", "TXXX:TCMP", "compilation"),
}
_PICTURES = ("covr", "metadata_block_picture", "coverart", "Cover Art (Front)", "WM/Picture")
_GAINS = ("replaygain_track_gain", "r128_track_gain", "rva2")


def said_by(file: Any, tags: Any) -> dict[str, Any]:
    """Return the fields as plain values, each text cut to a length that can be passed on."""
    names = names_in(tags)
    said: dict[str, Any] = {
        field: _field(tags, field, (*names[field], *_STAND_INS.get(field, ())))
        for field in names
        if field != "comment" and not _is_in_number(names, field)
    }
    if names and not said["artist"]:
        said["artist"] = said["album_artist"]
    said["seconds"] = float(getattr(file.info, "length", 0) or 0)
    said["sketchy"] = bool(getattr(file.info, "sketchy", False))
    said["cover"] = _has_cover(file, tags)
    said["gain"] = _has_gain(tags)
    return said


def values_of(value: Any) -> list[Any]:
    """Return the values that a frame, an item or a list of them stands for."""
    if value is None:
        return []
    if hasattr(value, "genres"):  # numbers in it stand for names
        return list(value.genres)
    inner = getattr(value, "text", value)
    if isinstance(inner, list):
        return inner
    return str(inner).split("\0")  # as APE divides them


def _is_in_number(names: Names, field: str) -> bool:
    """Tell whether it is a total that stands in one text with its number."""
    return field.endswith("_total") and names[field] == names[field.replace("total", "number")]


def _field(tags: Any, field: str, names: Iterable[str]) -> str:
    for name in names:
        texts = [text for text in map(_text, values_of(tags.get(name))) if text.strip()]
        if texts:
            several = texts[:_MOST_VALUES] if field in _SEVERAL else texts[:1]
            return ", ".join(dict.fromkeys(several))[:_LONGEST]
    return ""


def _text(value: Any) -> str:
    if isinstance(value, tuple):  # a number and how many there are
        return "/".join(map(str, value[:2]))
    return str(value)[:_LONGEST]


def _has_cover(file: Any, tags: Any) -> bool:
    if isinstance(file, FLAC) and file.pictures:
        return True
    if isinstance(tags, ID3):
        return any(frame.data for frame in tags.getall("APIC"))
    if isinstance(tags, VComment):
        return any(name.lower() in _PICTURES for name, _ in tags)
    return tags is not None and any(tags.get(name) for name in _PICTURES)


def _has_gain(tags: Any) -> bool:
    """Tell whether it says how loud it is, in one of the ways that players read."""
    names = tags.keys() if tags is not None else ()
    return any(gain in name.lower() for name in names for gain in _GAINS)
