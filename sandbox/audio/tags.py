"""Writes titles, artists and covers into finished files, each format in its own way."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from io import BytesIO

from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3, TALB, TIT2, TPE1, TRCK
from mutagen.mp4 import MP4, MP4Cover
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from sandbox.audio.cover import SIDE

_FRONT_COVER = 3
_UTF8 = 3


@dataclass(frozen=True, slots=True)
class Tags:
    """What a file says about itself; empty fields are not written. `cover` is PNG or JPEG."""

    title: str = ""
    artist: str = ""
    album: str = ""
    track: int = 0
    cover: bytes = b""


def tag_id3(stream: BytesIO, tags: Tags) -> None:
    """Put an ID3v2.4 tag before MPEG frames."""
    id3 = ID3()
    _fill_id3(id3, tags)
    id3.save(stream)


def tag_wave(stream: BytesIO, tags: Tags) -> None:
    wave = WAVE(stream)
    wave.add_tags()
    _fill_id3(wave.tags, tags)
    stream.seek(0)
    wave.save(stream)


def tag_flac(stream: BytesIO, tags: Tags) -> None:
    flac = FLAC(stream)
    flac.add_tags()
    flac.update(_comments(tags))
    if tags.cover:
        flac.add_picture(_picture(tags.cover))
    stream.seek(0)
    flac.save(stream)


def tag_vorbis(stream: BytesIO, tags: Tags) -> None:
    _tag_ogg(OggVorbis(stream), stream, tags)


def tag_opus(stream: BytesIO, tags: Tags) -> None:
    _tag_ogg(OggOpus(stream), stream, tags)


def tag_mp4(stream: BytesIO, tags: Tags) -> None:
    mp4 = MP4(stream)
    mp4.add_tags()
    named = {"\xa9nam": tags.title, "\xa9ART": tags.artist, "\xa9alb": tags.album}
    mp4.update({name: [value] for name, value in named.items() if value})
    if tags.track:
        mp4["trkn"] = [(tags.track, 0)]
    if tags.cover:
        kind = MP4Cover.FORMAT_PNG if _is_png(tags.cover) else MP4Cover.FORMAT_JPEG
        mp4["covr"] = [MP4Cover(tags.cover, kind)]
    stream.seek(0)
    mp4.save(stream)


def _fill_id3(id3: ID3, tags: Tags) -> None:
    track = str(tags.track or "")
    texts = ((TIT2, tags.title), (TPE1, tags.artist), (TALB, tags.album), (TRCK, track))
    for frame, text in texts:
        if text:
            id3.add(frame(encoding=_UTF8, text=[text]))
    if tags.cover:
        mime = _mime(tags.cover)
        id3.add(APIC(encoding=_UTF8, mime=mime, type=_FRONT_COVER, desc="", data=tags.cover))


def _tag_ogg(ogg: OggVorbis | OggOpus, stream: BytesIO, tags: Tags) -> None:
    ogg.update(_comments(tags))
    if tags.cover:
        picture = base64.b64encode(_picture(tags.cover).write()).decode()
        ogg["METADATA_BLOCK_PICTURE"] = [picture]
    stream.seek(0)
    ogg.save(stream)


def _comments(tags: Tags) -> dict[str, list[str]]:
    track = str(tags.track or "")
    named = {"TITLE": tags.title, "ARTIST": tags.artist, "ALBUM": tags.album, "TRACKNUMBER": track}
    return {name: [value] for name, value in named.items() if value}


def _picture(cover: bytes) -> Picture:
    picture = Picture()
    picture.type = _FRONT_COVER
    picture.mime = _mime(cover)
    picture.width = picture.height = SIDE
    picture.depth = 24
    picture.data = cover
    return picture


def _mime(cover: bytes) -> str:
    return "image/png" if _is_png(cover) else "image/jpeg"


def _is_png(cover: bytes) -> bool:
    return cover.startswith(b"\x89PNG")
