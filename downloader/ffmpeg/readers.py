"""How ffmpeg calls the ways to read each kind of audio."""

from __future__ import annotations

import os

from downloader.kinds import id3_length, recognised
from storage.formats import MP3

_HEAD = 4096
_READERS = {
    "mp3": "mp3", "mp2": "mp3", "aac": "aac", "flac": "flac", "m4a": "mov", "m4b": "mov",
    "ogg": "ogg", "opus": "ogg", "wav": "wav", "aiff": "aiff", "wma": "asf", "ape": "ape",
    "wv": "wv", "mpc": "mpc", "tta": "tta", "dsf": "dsf", "dff": "iff", "webm": "matroska",
    "mka": "matroska", "amr": "amr", "caf": "caf",
}  # fmt: skip


def reader_of(number: int) -> str | None:
    """Name the reader for an open file by its bytes, None for what is no sound.

    A tag with a large cover may stand before what the bytes say.
    """
    head = os.pread(number, _HEAD, 0)
    length = id3_length(head)
    kind = recognised(os.pread(number, _HEAD, length)) or MP3 if length else recognised(head)
    return _READERS.get(kind.extension) if kind else None
