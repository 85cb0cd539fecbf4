"""Songs in formats that hardly any program writes; their sound is noise or nonsense."""

from __future__ import annotations

import struct

_RATE = 44_100


def songs() -> dict[str, bytes]:
    """Return one of each by the ending of its name, none of which has tags."""
    return {"dsf": dsf(), "dff": dff(), "ape": ape(), "mpc": mpc()}


def dsf() -> bytes:
    """Return two blocks of one channel, 1 bit at 2.8224 MHz, without tags."""
    sound = _noise(8192)
    form = struct.pack("<IIIIIIQII", 1, 0, 1, 1, 2_822_400, 1, len(sound) * 8, 4096, 0)
    chunks = b"fmt " + struct.pack("<Q", 52) + form
    chunks += b"data" + struct.pack("<Q", 12 + len(sound)) + sound
    return b"DSD " + struct.pack("<QQQ", 28, 28 + len(chunks), 0) + chunks


def dff() -> bytes:
    sound = _noise(8192)
    properties = (
        b"SND "
        + _chunk(b"FS  ", struct.pack(">I", 2_822_400))
        + _chunk(b"CHNL", struct.pack(">H4s", 1, b"C000"))
        + _chunk(b"CMPR", b"DSD \x0enot compressed\0")
    )
    body = _chunk(b"FVER", b"\1\5\0\0") + _chunk(b"PROP", properties) + _chunk(b"DSD ", sound)
    return b"FRM8" + struct.pack(">Q", 4 + len(body)) + b"DSD " + body


def ape() -> bytes:
    """Return the headers of version 3.99 and one frame of nonsense."""
    sound = _noise(4096)
    descriptor = b"MAC " + struct.pack("<HHIIIIIII", 3990, 0, 52, 24, 4, 0, len(sound), 0, 0)
    header = struct.pack("<HHIIIHHI", 2000, 0, 73_728, _RATE, 1, 16, 2, _RATE)
    return descriptor + bytes(16) + header + struct.pack("<I", 80) + sound


def mpc() -> bytes:
    """Return the header of stream version 7 and nonsense."""
    return b"MP+\x07" + struct.pack("<II", 40, 0) + bytes(16) + _noise(4096)


def mpc8() -> bytes:
    """Return the packets of stream version 8 that come before the sound, and one of nonsense."""
    head = struct.pack(">IBHBH", 0, 8, 0x8148, 0, 0)  # 200 samples
    gain = struct.pack(">BhHhH", 1, 0, 0, 0, 0)
    packets = ((b"SH", head), (b"RG", gain), (b"AP", _noise(60)), (b"SE", b""))
    return b"MPCK" + b"".join(name + bytes((len(body) + 3,)) + body for name, body in packets)


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack(">Q", len(body)) + body + bytes(len(body) % 2)


def _noise(size: int) -> bytes:
    return bytes((number * 167 + (number >> 5) * 59) & 0xFF for number in range(size))
