"""What is in a file that the tag library has opened, whatever its family of tags calls it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mutagen._vorbis import VComment
from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.flac import FLAC
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

_LONGEST = 1000  # characters: no answer may grow without end
_MOST_VALUES = 20
# For each family what the fields are called, in the order in which they are believed.
_NAMES: tuple[tuple[type, dict[str, tuple[str, ...]]], ...] = (
    (
        ID3,
        {
            "title": ("TIT2",),
            "artist": ("TPE1", "TPE2"),
            "album": ("TALB",),
            "genre": ("TCON",),
            "date": ("TDRC", "TDRL", "TDOR", "TYER"),
            "track": ("TRCK",),
        },
    ),
    (
        VComment,
        {
            "title": ("title",),
            "artist": ("artist", "albumartist"),
            "album": ("album",),
            "genre": ("genre",),
            "date": ("date", "year", "originaldate"),
            "track": ("tracknumber",),
        },
    ),
    (
        MP4Tags,
        {
            "title": ("\xa9nam",),
            "artist": ("\xa9ART", "aART"),
            "album": ("\xa9alb",),
            "genre": ("\xa9gen",),
            "date": ("\xa9day",),
            "track": ("trkn",),
        },
    ),
    (
        APEv2,
        {
            "title": ("Title",),
            "artist": ("Artist", "Album Artist"),
            "album": ("Album",),
            "genre": ("Genre",),
            "date": ("Year", "Date"),
            "track": ("Track",),
        },
    ),
    (
        ASFTags,
        {
            "title": ("Title",),
            "artist": ("Author", "WM/AlbumArtist"),
            "album": ("WM/AlbumTitle",),
            "genre": ("WM/Genre",),
            "date": ("WM/Year",),
            "track": ("WM/TrackNumber",),
        },
    ),
)
_SEVERAL = {"artist", "genre"}
_PICTURES = ("covr", "metadata_block_picture", "coverart", "Cover Art (Front)", "WM/Picture")


def said_by(file: Any, tags: Any) -> dict[str, Any]:
    """Return the fields as plain values, each text cut to a length that can be passed on."""
    names = next((names for family, names in _NAMES if isinstance(tags, family)), {})
    said: dict[str, Any] = {field: _field(tags, field, names[field]) for field in names}
    said["seconds"] = float(getattr(file.info, "length", 0) or 0)
    said["bitrate"] = int(getattr(file.info, "bitrate", 0) or 0)
    said["sketchy"] = bool(getattr(file.info, "sketchy", False))
    said["cover"] = _has_cover(file, tags)
    return said


def _field(tags: Any, field: str, names: Iterable[str]) -> str:
    for name in names:
        texts = [text for text in map(_text, _values(tags.get(name))) if text.strip()]
        if texts:
            several = texts[:_MOST_VALUES] if field in _SEVERAL else texts[:1]
            return ", ".join(dict.fromkeys(several))[:_LONGEST]
    return ""


def _values(value: Any) -> list[Any]:
    """Return the values that a frame, an item or a list of them stands for."""
    if value is None:
        return []
    if hasattr(value, "genres"):  # numbers in it stand for names
        return list(value.genres)
    inner = getattr(value, "text", value)
    if isinstance(inner, list):
        return inner
    return str(inner).split("\0")  # as APE divides them


def _text(value: Any) -> str:
    if isinstance(value, tuple):  # a number and how many there are
        value = value[0]
    return str(value)[:_LONGEST]


def _has_cover(file: Any, tags: Any) -> bool:
    if isinstance(file, FLAC) and file.pictures:
        return True
    if isinstance(tags, ID3):
        return any(frame.data for frame in tags.getall("APIC"))
    if isinstance(tags, VComment):
        return any(name.lower() in _PICTURES for name, _ in tags)
    return tags is not None and any(tags.get(name) for name in _PICTURES)
