from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downloader.kinds import kind_of, recognised


def id3(size: int, behind: bytes) -> bytes:
    length = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00\x00" + length + bytes(size) + behind


def ogg(packet: bytes) -> bytes:
    return b"OggS" + bytes(23) + bytes([len(packet)]) + packet


HEADS = {
    "mp3 with a tag": (id3(300, b"\xff\xfb\x90\x64"), "mp3"),
    "mp3 with a tag longer than what is read": (id3(5000, b"")[:4096], "mp3"),
    "mp3 with a cut tag": (b"ID3\x04", "mp3"),
    "mp3 with a tag in a tag": (id3(10, id3(10, b"fLaC")), "mp3"),
    "mp3 without a tag": (b"\xff\xfb\x90\x64" + bytes(100), "mp3"),
    "mp3 of MPEG 2": (b"\xff\xf3\x40\xc0", "mp3"),
    "mp2": (b"\xff\xfd\x90\x64", "mp2"),
    "flac": (b"fLaC\x00\x00\x00\x22", "flac"),
    "flac behind ID3": (id3(20, b"fLaC"), "flac"),
    "m4a": (b"\x00\x00\x00\x20ftypM4A \x00", "m4a"),
    "m4b": (b"\x00\x00\x00\x20ftypM4B \x00", "m4b"),
    "mp4": (b"\x00\x00\x00\x20ftypisom\x00", "m4a"),
    "ogg vorbis": (ogg(b"\x01vorbis"), "ogg"),
    "opus": (ogg(b"OpusHead\x01"), "opus"),
    "wav": (b"RIFF\x24\x00\x00\x00WAVEfmt ", "wav"),
    "aiff": (b"FORM\x00\x00\x00\x24AIFF", "aiff"),
    "aifc": (b"FORM\x00\x00\x00\x24AIFC", "aiff"),
    "wma": (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), "wma"),
    "ape": (b"MAC \x96\x0f", "ape"),
    "dsf": (b"DSD \x1c\x00", "dsf"),
    "aac": (b"\xff\xf1\x50\x80", "aac"),
    "aac behind ID3": (id3(20, b"\xff\xf9\x50\x80"), "aac"),
    "webm": (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "webm"),
    "mka": (b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska", "mka"),
    "amr": (b"#!AMR\n", "amr"),
}


@pytest.mark.parametrize(("head", "extension"), HEADS.values(), ids=HEADS.keys())
def test_f64_the_kind_is_told_by_the_first_bytes(head: bytes, extension: str) -> None:
    kind = recognised(head)

    assert kind is not None
    assert extension == kind.extension


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff",
        b"\xff\xfb\xf0d",
        b"\xff\xfb\x9cd",
        b"\xff\xeb\x90d",
        b"\xff\xff\x90d",
        b"RIFF\x00\x00\x00\x00AVI ",
        b"FORM\x00\x00\x00\x00ILBM",
        b"MZ\x90\x00",
        b"\xff\xf7P\x80",
    ],
)
def test_other_bytes_are_not_taken_for_audio(head: bytes) -> None:
    assert recognised(head) is None


@pytest.mark.parametrize(
    ("name", "mime", "extension"),
    [
        ("a.FLAC", "audio/mpeg", "flac"),
        ("a.oga", "", "ogg"),
        ("a.exe", "audio/x-m4a", "m4a"),
        ("a.mp3.exe", "audio/mpeg; charset=x", "mp3"),
        ("a.html", "text/html", "audio"),
        ("", "audio/unheard-of", "audio"),
        (".mp3", "", "audio"),
    ],
)
def test_f64_unknown_bytes_fall_back_to_a_declared_kind_we_know(
    name: str, mime: str, extension: str
) -> None:
    assert extension == kind_of(b"\x00\x01\x02\x03", name, mime).extension


def test_f64_bytes_win_over_what_is_declared() -> None:
    assert "flac" == kind_of(b"fLaC", "song.mp3", "audio/mpeg").extension


@given(st.binary(max_size=64))
def test_no_bytes_break_it(head: bytes) -> None:
    assert kind_of(head, "x", "y").extension.isalnum()
    assert kind_of(b"ID3" + head, "x", "y").extension.isalnum()
