"""Opus streams from a table of ready packets: one steady tone of 20 ms for each pitch.

Each packet was cut out of the middle of a tone that libopus 1.3.1 had encoded at 16 kbit/s.
A whole number of waves fits into 20 ms, so that repeating the packet continues the tone.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from sandbox.audio.melody import Melody

RATE = 48_000  # Opus counts in it whatever the bandwidth
BLOCK = 960  # samples, 20 ms
_PRE_SKIP = 120
_TONES = {
    pitch: bytes.fromhex(packet)
    for pitch, packet in (
        (500, "98ad8075b64da26a42d0dfffac04e5d3ef499d6620991bf6f2f10342e94392de21a8067d92ab09a1"),
        (550, "98ad7f448f3f500740fce6f9137064cfaa0bbf83daf405d4495777076ab8e36eabed067d3bd90798"),
        (650, "98b04a366c4f144f7838664de98dc08ebbca7c75042b27f431bf820cba8d82d23052833f1f01dd8b"),
        (750, "98b172133fb76f2f27882b203f966854164f6076243705aeeea3c5975c923ff6ad213b91357c4b81"),
        (850, "98f19efc3defe285960e43303357c1126f31da474f478502def87da0bb2bcf2cb818d782d2da5dc1"),
        (1000, "f8be0bf41411883010d74d7659ffd529733e37747b82dce3c7737bceda3aaa243a8374e7fc14f1a1"),
    )
}


def headers() -> Iterator[bytes]:
    """Yield the two header packets; the comments are empty."""
    yield b"OpusHead" + struct.pack("<BBHIhB", 1, 1, _PRE_SKIP, RATE, 0, 0)
    yield b"OpusTags" + struct.pack("<I7sI", 7, b"sandbox", 0)


def packets(melody: Melody) -> list[bytes]:
    return [_nearest(moment.pitch) for moment in melody.moments(BLOCK / RATE)]


def _nearest(pitch: float) -> bytes:
    return _TONES[min(_TONES, key=lambda tone: abs(tone - pitch))]
