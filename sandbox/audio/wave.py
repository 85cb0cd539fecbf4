"""A WAV writer."""

from __future__ import annotations

import struct
from array import array

RATE = 16_000


def encode(samples: array[int]) -> bytes:
    """Pack signed 16-bit mono samples at 16 kHz."""
    data = samples.tobytes()
    form = struct.pack("<HHIIHH", 1, 1, RATE, RATE * 2, 2, 16)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form
    chunks += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks
