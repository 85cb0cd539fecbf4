"""Which kind of audio a file is, told by its first bytes. Pure."""

from __future__ import annotations

from storage.formats import (
    AAC,
    AIFF,
    AMR,
    APE,
    CAF,
    DFF,
    DSF,
    FLAC,
    M4A,
    M4B,
    MIDI,
    MKA,
    MP2,
    MP3,
    MUSEPACK,
    OGG,
    OPUS,
    TTA,
    UNKNOWN,
    WAV,
    WAVPACK,
    WEBM,
    WMA,
    Kind,
    declared,
)

_MAGIC = (
    (b"fLaC", FLAC),
    (b"ADIF", AAC),
    (b"MAC ", APE),
    (b"wvpk", WAVPACK),
    (b"MPCK", MUSEPACK),
    (b"MP+", MUSEPACK),
    (b"TTA1", TTA),
    (b"TTA2", TTA),
    (b"DSD ", DSF),
    (b"FRM8", DFF),
    (b"#!AMR", AMR),
    (b"caff", CAF),
    (b"MThd", MIDI),
    (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"), WMA),
)
_ID3_HEADER = 10


def recognised(head: bytes) -> Kind | None:
    """Tell the kind by the first few KiB of a file, None where they say nothing."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"ID3"):
        return _behind_id3(head)
    return _in_container(head) or _mpeg_stream(head)


def kind_of(head: bytes, name: str, mime: str) -> Kind:
    """Tell the kind by the bytes; where they are unknown, by a declared name or type we know."""
    if kind := recognised(head):
        return kind
    return declared(name, mime) or UNKNOWN


def id3_length(head: bytes) -> int:
    """Return how many bytes the ID3v2 tag takes that a file begins with, 0 where it has none."""
    if not head.startswith(b"ID3") or len(head) < _ID3_HEADER:
        return 0
    size = 0
    for byte in head[6:_ID3_HEADER]:  # four bytes of seven bits each
        size = size << 7 | byte & 0x7F
    return _ID3_HEADER + size


def _behind_id3(head: bytes) -> Kind:
    """Look behind an ID3v2 tag: it stands before MP3, but also before FLAC, AAC and others."""
    length = id3_length(head)
    behind = head[length:] if length else b""
    # A tag inside a tag would be a loop to follow; nobody writes one.
    return MP3 if behind.startswith(b"ID3") else recognised(behind) or MP3


def _in_container(head: bytes) -> Kind | None:
    form = head[8:12]
    match head[:4]:
        case b"RIFF" | b"RF64" | b"BW64" if form == b"WAVE":
            return WAV
        case b"FORM" if form in {b"AIFF", b"AIFC"}:
            return AIFF
        case b"OggS":
            return _in_ogg(head)
        case b"\x1a\x45\xdf\xa3":
            return WEBM if b"webm" in head[:64] else MKA
    if head[4:8] == b"ftyp":
        return M4B if form == b"M4B " else M4A
    return None


def _in_ogg(head: bytes) -> Kind:
    first_packet = head[27:64]
    return OPUS if b"OpusHead" in first_packet else OGG


def _mpeg_stream(head: bytes) -> Kind | None:
    """Read an MPEG audio or ADTS frame header: 11 or 12 set bits, then version and layer."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if layer == 0:
        return AAC if head[1] & 0xF6 == 0xF0 else None
    bitrate, sampling = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or bitrate == 15 or sampling == 3:
        return None  # reserved values: no frame starts here
    return {1: MP3, 2: MP2}.get(layer)
