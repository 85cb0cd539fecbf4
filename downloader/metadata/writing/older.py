"""Brings in line what other tags of a file say, for players that read them before those we write.

ID3v1 is the affair of the tag library, and none is added that was not there.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO

from mutagen.apev2 import APENoHeaderError, APEv2

from downloader.metadata.names import Names, names_in
from downloader.metadata.writing.ape import ApeSheet
from downloader.metadata.writing.sheet import Sheet

_STREAMS = {"mp3", "mp2", "aac", "tta"}  # APEv2 may stand behind what has ID3 before it
_ID3V1 = 128  # bytes, at the very end
_LYRICS3 = b"LYRICS200"

Fill = Callable[[Sheet, Names], None]


def bring_in_line(file: BinaryIO, extension: str, fill: Fill) -> None:
    if extension not in _STREAMS:
        return
    file.seek(0)
    try:
        tags = APEv2(file)
    except APENoHeaderError:
        return
    last = _last(file, _ID3V1 + len(_LYRICS3))
    if last.startswith(_LYRICS3):
        return  # the tag library would cut it off
    fill(ApeSheet(tags), names_in(tags))
    file.seek(0)
    tags.save(file)
    if last[-_ID3V1:].startswith(b"TAG"):  # it has been cut off
        file.seek(0, os.SEEK_END)
        file.write(last[-_ID3V1:])


def _last(file: BinaryIO, size: int) -> bytes:
    end = file.seek(0, os.SEEK_END)
    file.seek(max(0, end - size))
    return file.read()
