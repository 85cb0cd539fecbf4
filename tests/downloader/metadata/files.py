"""Files that harm whoever reads their tags, and some that only look odd."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO

from mutagen.aiff import AIFF
from mutagen.id3 import TIT2, TPE1

ENDLESS = bytes.fromhex("4d50434b53000000006681")  # the tag library never comes back from it
_PIECE = b"A" * (1 << 20)


def safe_int(number: int) -> bytes:
    """Write four bytes of seven bits each, as ID3 does."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def tagged(frames: bytes, version: int = 4) -> bytes:
    """Return an MP3 without sound, with these frames in its tag."""
    return b"ID3" + bytes((version, 0, 0)) + safe_int(len(frames)) + frames + frames_of_sound()


def frame(name: bytes, body: bytes, flags: int = 0) -> bytes:
    return name + safe_int(len(body)) + struct.pack(">H", flags) + body


def frames_of_sound(count: int = 40) -> bytes:
    """Return MPEG frames of silence: layer III, 64 kbit/s, 44.1 kHz."""
    return (b"\xff\xfb\x50\xc4" + bytes(204)) * count


def bomb(mebibytes: int) -> bytes:
    """Return a title that unpacks to so much."""
    packer = zlib.compressobj(9)
    packed = packer.compress(b"\3") + b"".join(packer.compress(_PIECE) for _ in range(mebibytes))
    body = safe_int(mebibytes << 20) + packed + packer.flush()
    return tagged(frame(b"TIT2", body, 0x0009))


def crowd(count: int) -> bytes:
    """Return a tag of so many comments of its own; the library compares each with all others."""
    named = (frame(b"TXXX", b"\3" + str(number).encode() + b"\0v") for number in range(count))
    return tagged(b"".join(named))


def nest(depth: int) -> bytes:
    """Return chapters in chapters."""
    body = frame(b"TIT2", b"\3deep")
    for _ in range(depth):
        body = frame(b"CHAP", b"c\0" + bytes(16) + body)
    return tagged(body)


def aiff(title: str, artist: str) -> bytes:
    """Return a second of silence as AIFF, 8 kHz, 16 bit, one channel."""
    rate = struct.pack(">HQ", 16383 + 12, 8000 << 51)  # 80 bits of floating point
    common = b"COMM" + struct.pack(">IhIh", 18, 1, 8000, 16) + rate
    sound = b"SSND" + struct.pack(">III", 8 + 16_000, 0, 0) + bytes(16_000)
    stream = BytesIO(
        b"FORM" + struct.pack(">I", 4 + len(common + sound)) + b"AIFF" + common + sound
    )
    file = AIFF(stream)
    file.add_tags()
    file.tags.add(TIT2(encoding=3, text=[title]))
    file.tags.add(TPE1(encoding=3, text=[artist]))
    stream.seek(0)
    file.save(stream)
    return stream.getvalue()


def damaged(file: bytes, chance: random.Random) -> bytes:
    """Cut the file, or change some of its first bytes, where all that is hard to read stands."""
    if chance.random() < 0.3:
        return file[: chance.randrange(len(file))]
    changed = bytearray(file)
    for _ in range(chance.randint(1, 12)):
        changed[chance.randrange(min(len(file), 2000))] = chance.choice((0, 1, 127, 128, 255))
    return bytes(changed)
