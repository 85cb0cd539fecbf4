from __future__ import annotations

import struct
from base64 import b64encode
from types import SimpleNamespace
from typing import Any

import pytest
from mutagen.apev2 import BINARY, APEv2, APEValue
from mutagen.asf import ASFByteArrayAttribute, ASFTags
from mutagen.flac import Picture
from mutagen.id3 import APIC, ID3
from mutagen.mp4 import MP4Cover, MP4Tags
from mutagen.oggvorbis import OggVCommentDict

from downloader.metadata.pictures import LARGEST, picture_in

JPEG = b"\xff\xd8\xff\xe0 a picture"
PNG = b"\x89PNG\r\n\x1a\n another"
WEBP = b"RIFF0000WEBP one more"
FILE = SimpleNamespace()


def comments(*pairs: tuple[str, str]) -> Any:
    tags: Any = OggVCommentDict.__new__(OggVCommentDict)
    tags.extend(pairs)
    return tags


def block(data: bytes, kind: int = 3) -> str:
    picture = Picture()
    picture.type, picture.mime, picture.data = kind, "image/jpeg", data
    return b64encode(picture.write()).decode()


def id3(*pictures: tuple[int, bytes]) -> ID3:
    tags = ID3()
    for kind, data in pictures:
        tags.add(APIC(encoding=3, mime="image/jpeg", type=kind, desc=str(kind), data=data))
    return tags


def test_of_several_pictures_the_front_is_the_cover() -> None:
    assert PNG == picture_in(FILE, id3((4, JPEG), (3, PNG)))


def test_where_none_is_the_front_any_will_do() -> None:
    assert JPEG == picture_in(FILE, id3((0, JPEG)))


@pytest.mark.parametrize("data", [JPEG, PNG, WEBP])
def test_each_family_keeps_covers_in_its_own_way(data: bytes) -> None:
    ape, asf, mp4 = APEv2(), ASFTags(), MP4Tags()
    ape["Cover Art (Front)"] = APEValue(b"front.jpg\0" + data, BINARY)
    names = "image/jpeg\0".encode("utf-16-le") + "front\0".encode("utf-16-le")
    asf["WM/Picture"] = [ASFByteArrayAttribute(struct.pack("<BI", 3, len(data)) + names + data)]
    mp4["covr"] = [MP4Cover(data)]
    vorbis = comments(("METADATA_BLOCK_PICTURE", block(data)))
    old = comments(("COVERART", b64encode(data).decode()))

    assert [data] * 5 == [picture_in(FILE, tags) for tags in (ape, asf, mp4, vorbis, old)]


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"http://x/y.jpg", b"GIF89a", JPEG + bytes(LARGEST)),
        *(b"<html><script>x</script>", b"\x7fELF\2\1\1", b"PK\3\4" + bytes(99)),
    ],
)
def test_row69_row88_what_cannot_be_shown_is_no_cover(data: bytes) -> None:
    assert b"" == picture_in(FILE, id3((3, data)))


def test_without_tags_there_is_no_cover() -> None:
    assert b"" == picture_in(FILE, None)
