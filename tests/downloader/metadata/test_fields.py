from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.id3 import (
    APIC,
    ID3,
    TALB,
    TCMP,
    TCOM,
    TCON,
    TDRC,
    TIT2,
    TPE1,
    TPE2,
    TPOS,
    TRCK,
    TXXX,
)  # fmt: skip
from mutagen.mp4 import MP4Tags
from mutagen.oggvorbis import OggVCommentDict

from downloader.metadata.fields import said_by

SILENT = SimpleNamespace(info=SimpleNamespace(length=1.5, bitrate=128_000))
SAID = {
    "title": "So What",
    "artist": "Miles, Coltrane",
    "album": "Kind of Blue",
    "genre": "Jazz",
    "date": "1959-08-17",
    "track_number": "1",
}


def texts(tags: Any) -> dict[str, str]:
    said = said_by(SILENT, tags)
    return {name: said[name] for name in SAID}


def id3(*frames: Any) -> ID3:
    tags = ID3()
    for frame in frames:
        tags.add(frame)
    return tags


def test_id3_is_understood_with_its_numbered_genres() -> None:
    tags = id3(
        TIT2(encoding=3, text=["So What"]),
        TPE1(encoding=3, text=["Miles", "Coltrane", "Miles"]),
        TALB(encoding=3, text=["Kind of Blue"]),
        TCON(encoding=3, text=["(8)"]),
        TDRC(encoding=3, text=["1959-08-17"]),
        TRCK(encoding=3, text=["1/5"]),
        APIC(encoding=3, mime="image/png", type=3, desc="", data=b"\x89PNG"),
    )

    assert SAID | {"track_number": "1/5"} == texts(tags)
    assert said_by(SILENT, tags)["cover"] is True


def test_comments_of_vorbis_are_understood_in_any_case() -> None:
    tags: Any = OggVCommentDict.__new__(OggVCommentDict)
    tags.extend(
        [
            ("TITLE", "So What"),
            ("artist", "Miles"),
            ("Artist", "Coltrane"),
            ("ALBUM", "Kind of Blue"),
            ("GENRE", "Jazz"),
            ("YEAR", "1959-08-17"),
            ("TRACKNUMBER", "1"),
            ("METADATA_BLOCK_PICTURE", "AAAA"),
        ]
    )

    assert SAID == texts(tags)
    assert said_by(SILENT, tags)["cover"] is True


def test_the_atoms_of_mp4_are_understood() -> None:
    tags = MP4Tags()
    tags["\xa9nam"], tags["\xa9ART"] = ["So What"], ["Miles", "Coltrane"]
    tags["\xa9alb"], tags["\xa9gen"] = ["Kind of Blue"], ["Jazz"]
    tags["\xa9day"], tags["trkn"] = ["1959-08-17"], [(1, 5)]

    assert SAID | {"track_number": "1/5"} == texts(tags)
    assert said_by(SILENT, tags)["cover"] is False


def test_the_items_of_ape_are_understood() -> None:
    tags = APEv2()
    tags["Title"], tags["Artist"] = "So What", ["Miles", "Coltrane"]
    tags["Album"], tags["Genre"] = "Kind of Blue", "Jazz"
    tags["Year"], tags["Track"] = "1959-08-17", "1"

    assert SAID == texts(tags)


def test_the_attributes_of_windows_media_are_understood() -> None:
    tags = ASFTags()
    tags["Title"], tags["Author"] = ["So What"], ["Miles", "Coltrane"]
    tags["WM/AlbumTitle"], tags["WM/Genre"] = ["Kind of Blue"], ["Jazz"]
    tags["WM/Year"], tags["WM/TrackNumber"] = ["1959-08-17"], ["1"]

    assert SAID == texts(tags)


def test_the_artist_of_the_album_stands_in_for_one_that_is_missing() -> None:
    tags = id3(TPE1(encoding=3, text=[" "]), TPE2(encoding=3, text=["Miles"]))

    assert "Miles" == texts(tags)["artist"]


def test_without_tags_there_is_still_the_length() -> None:
    said = said_by(SILENT, None)

    assert {"seconds": 1.5, "sketchy": False, "cover": False, "gain": False} == said


def test_all_that_an_album_says_is_found_in_id3() -> None:
    tags = id3(
        TPE1(encoding=3, text=["Miles"]),
        TPE2(encoding=3, text=["Various Artists"]),
        TCOM(encoding=3, text=["Evans", "Davis"]),
        TPOS(encoding=3, text=["1/2"]),
        TCMP(encoding=3, text=["1"]),
        TXXX(encoding=3, desc="replaygain_track_gain", text=["-3.00 dB"]),
    )
    said = said_by(SILENT, tags)

    assert ("Miles", "Various Artists", "Evans, Davis", "1/2", "1", True) == (
        said["artist"], said["album_artist"], said["composer"], said["disc_number"],
        said["is_compilation"], said["gain"],
    )  # fmt: skip
    assert "disc_total" not in said


def test_a_total_has_a_field_of_its_own_where_its_family_has_one() -> None:
    tags: Any = OggVCommentDict.__new__(OggVCommentDict)
    tags.extend([("TRACKNUMBER", "3"), ("TOTALTRACKS", "12"), ("R128_TRACK_GAIN", "-256")])
    said = said_by(SILENT, tags)

    assert ("3", "12", True) == (said["track_number"], said["track_total"], said["gain"])


def test_a_total_without_a_number_is_no_number() -> None:
    tags = MP4Tags()
    tags["trkn"] = [(0, 12)]

    assert "0/12" == said_by(SILENT, tags)["track_number"]


def test_what_ffmpeg_calls_otherwise_is_found() -> None:
    tags = id3(TXXX(encoding=3, desc="TCMP", text=["1"]))

    assert "1" == said_by(SILENT, tags)["is_compilation"]


def test_no_text_grows_without_end() -> None:
    tags = id3(
        TIT2(encoding=3, text=["x" * 1_000_000]),
        TPE1(encoding=3, text=[f"artist {number}" for number in range(10_000)]),
    )

    assert 1000 == len(texts(tags)["title"])
    assert texts(tags)["artist"].endswith("artist 19")
