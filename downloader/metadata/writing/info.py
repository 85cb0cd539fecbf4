"""Moves the list of information of a WAV file into ID3.

Players that ask ffmpeg, such as Jellyfin, are shown nothing of ID3 where there is such a list, and
it has no names for half of what is to be said.
"""

from __future__ import annotations

from typing import Any, BinaryIO

from mutagen._riff import RiffFile

from downloader.metadata.names import INFO, names_in
from downloader.metadata.riff import items_in
from downloader.metadata.writing.sheet import Sheet

_OTHERS = {"ICOP": "TCOP", "ISFT": "TSSE", "ITCH": "TENC", "ILNG": "TLAN"}


def move_info(file: BinaryIO, sheet: Sheet, tags: Any) -> None:
    """Put on the sheet what it does not say yet, and take the list away."""
    chunk = _list_in(file)
    if chunk is None:
        return
    theirs = names_in(tags)
    named = {name: theirs[field][0] for field, names in INFO.items() for name in names} | _OTHERS
    for name, text in items_in(file).items():
        ours = named.get(name, sheet.own(name))
        if text and not sheet.values(ours):
            sheet.put(ours, [text])
    chunk.delete()


def _list_in(file: BinaryIO) -> Any | None:
    file.seek(0)
    chunks = RiffFile(file).root.subchunks()
    return next((one for one in chunks if one.id == "LIST" and one.name == "INFO"), None)
