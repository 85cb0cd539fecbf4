"""What the child does with a file that it was handed, and how it tells of it."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

import mutagen

from downloader.gain import Gain
from downloader.metadata.fields import said_by
from downloader.metadata.lyrics import lyrics_in
from downloader.metadata.opening import opened, tag_before
from downloader.metadata.pictures import picture_in
from downloader.metadata.riff import info_in
from downloader.metadata.soundness.checked import SOUND, Checked
from downloader.metadata.soundness.checking import checked
from downloader.metadata.technical import sound_of
from downloader.metadata.writing.writer import write
from storage.description import Description

_RIFF = "wav"

Words = Mapping[str, Any]
Answer = tuple[Words, bytes]

# What broken files have been seen to raise. Anything else ends the process, and so does a lack of
# memory, of which too little may be left for the next file.
_BROKEN = (
    mutagen.MutagenError, OSError, ValueError, TypeError, LookupError, ArithmeticError,
    AttributeError, AssertionError, NotImplementedError, RecursionError, EOFError, struct.error,
)  # fmt: skip


def answered(file: BinaryIO, question: Words, enclosed: bytes) -> Answer:
    """Do what is asked; what is told is a broken file where that does not work out."""
    kind = question["kind"]
    try:
        match question["do"]:
            case "picture":
                return {}, picture_of(file, kind)
            case "lyrics":
                return {}, lyrics_of(file, kind).encode()
            case "write":
                return {"written": _written(file, question, enclosed)}, b""
    except _BROKEN:
        return {"broken": True}, b""
    return said_in(file, kind), b""


def said_in(file: BinaryIO, kind: str) -> dict[str, Any]:
    """Return what the file says about itself, and what is wrong with its sound."""
    sound = _checked(file, kind)
    flaws: dict[str, Any] = {"flaws": sorted(sound.flaws)}
    try:
        found, tags = _opened(file, kind)
        if found is None:
            return flaws | {"broken": False}
        said = said_by(found, tags) | sound_of(found)
        if kind == _RIFF:
            said |= {name: text for name, text in info_in(file).items() if not said.get(name)}
        said["lyrics"] = bool(lyrics_in(tags))
    except _BROKEN:
        return flaws | {"broken": True}
    if sound.seconds is not None:
        said |= {"seconds": sound.seconds, "bitrate": sound.bitrate}
    return said | flaws | {"broken": False}


def picture_of(file: BinaryIO, kind: str) -> bytes:
    found, tags = _opened(file, kind)
    return b"" if found is None else picture_in(found, tags)


def lyrics_of(file: BinaryIO, kind: str) -> str:
    return lyrics_in(_opened(file, kind)[1])


def _opened(file: BinaryIO, kind: str) -> tuple[Any, Any]:
    found = opened(file, kind)
    if found is None:
        return None, None
    return found, found.tags if found.tags is not None else tag_before(file)


def _checked(file: BinaryIO, kind: str) -> Checked:
    try:
        return checked(file, kind)
    except _BROKEN:
        return SOUND


def _written(file: BinaryIO, question: Words, cover: bytes) -> bool:
    is_written = write(
        file,
        question["kind"],
        Description(**question["description"]),
        cover or None,
        _gain(question["gain"]),
        question["comment"],
        _gain(question["album_gain"]),
    )
    file.flush()
    return is_written


def _gain(told: Mapping[str, Any] | None) -> Gain | None:
    return None if told is None else Gain(**told)
