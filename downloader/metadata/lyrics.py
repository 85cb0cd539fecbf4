"""The words of a song as its tags have them, with times as LRC where they have those. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mutagen.id3 import ID3

from downloader.metadata.fields import values_of

_LONGEST = 1 << 18  # characters
_MILLISECONDS = 2  # how a frame of ID3 may tell times; the other way counts frames of MPEG
_NAMES = {
    "syncedlyrics", "lyrics", "unsyncedlyrics", "unsynced lyrics", "\xa9lyr", "wm/lyrics",
}  # fmt: skip
_IN_ID3 = ("TXXX:LYRICS", "TXXX:lyrics", "TXXX:USLT")  # as some programs have it, ffmpeg too


def lyrics_in(tags: Any) -> str:
    """Return the words, those with times before others; empty where there are none."""
    found = (text.replace("\r\n", "\n").replace("\r", "\n").strip() for text in _texts(tags))
    return next((text[:_LONGEST] for text in found if text), "")


def _texts(tags: Any) -> Iterator[str]:
    if tags is None:
        return
    if isinstance(tags, ID3):
        yield from (_timed(frame) for frame in tags.getall("SYLT"))
        yield from (str(frame.text) for frame in tags.getall("USLT"))
        yield from (str(frame) for name in _IN_ID3 for frame in tags.getall(name))
        return
    names = sorted(name for name in tags.keys() if name.lower() in _NAMES)  # noqa: SIM118 - no dict
    for name in sorted(names, key=lambda name: "sync" not in name.lower().replace("unsync", "")):
        yield from (str(value) for value in values_of(tags.get(name)))


def _timed(frame: Any) -> str:
    if frame.format != _MILLISECONDS:
        return ""
    return "\n".join(f"{_stamp(moment)}{' '.join(text.split())}" for text, moment in frame.text)


def _stamp(milliseconds: int) -> str:
    minutes, rest = divmod(milliseconds, 60_000)
    return f"[{minutes:02}:{rest / 1000:05.2f}]"
