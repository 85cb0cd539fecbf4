"""Writes what is known of a track into its file, on which it leaves the sound alone.

It runs in the child process only, like all that opens the files of strangers.
"""

from __future__ import annotations

from functools import partial
from typing import Any, BinaryIO

from mutagen._vorbis import VComment
from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags
from mutagen.oggopus import OggOpus

from downloader.gain import Gain
from downloader.metadata.names import names_in
from downloader.metadata.opening import opened, tag_before
from downloader.metadata.writing.ape import ApeSheet
from downloader.metadata.writing.asf import AsfSheet
from downloader.metadata.writing.cover import cover_of
from downloader.metadata.writing.filling import Words, fill
from downloader.metadata.writing.id3 import Id3Sheet
from downloader.metadata.writing.info import move_info
from downloader.metadata.writing.mp4 import Mp4Sheet
from downloader.metadata.writing.older import bring_in_line
from downloader.metadata.writing.sheet import Sheet
from downloader.metadata.writing.vorbis import VorbisSheet
from storage.description import Description

_BARE = ("aac",)  # streams that have no tags, but may have those of MP3 before them


def write(
    file: BinaryIO,
    extension: str,
    description: Description,
    cover: bytes | None = None,
    gain: Gain | None = None,
    comment: str = "",
    album_gain: Gain | None = None,
) -> bool:
    """Write into a file that is open for reading and writing; False if its kind takes no tags.

    Only what is known is written: everything else that the file says, it says afterwards too. A
    cover that is neither JPEG nor PNG is left out. It raises what the tag library raises where a
    file is broken, which is nearly anything; then the file may be half written.
    """
    if (read := opened(file, extension)) is None:
        return False
    tags = _tags_of(read, file, extension)
    sheet = sheet_of(read, tags)
    words = Words(description, gain, comment, album_gain)
    if extension == "wav":
        move_info(file, sheet, tags)
    bring_in_line(file, extension, partial(fill, words=words))
    fill(sheet, names_in(tags), words, is_opus=isinstance(read, OggOpus))
    if cover and (picture := cover_of(cover)):
        sheet.put_cover(picture)
    file.seek(0)
    (tags if extension in _BARE else read).save(file)
    return True


def _tags_of(read: Any, file: BinaryIO, extension: str) -> Any:
    if extension in _BARE:
        before = tag_before(file)
        return ID3() if before is None else before
    if read.tags is None:
        read.add_tags()
    return read.tags


def sheet_of(read: Any, tags: Any) -> Sheet:
    match tags:
        case ID3():
            return Id3Sheet(tags)
        case VComment():
            return VorbisSheet(read)
        case MP4Tags():
            return Mp4Sheet(tags)
        case APEv2():
            return ApeSheet(tags)
        case ASFTags():
            return AsfSheet(tags)
    raise TypeError(type(tags))
