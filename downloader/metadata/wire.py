"""How questions and answers cross the line between a reader and its child. Pure.

Each is a header with two lengths, an object of JSON, and the bytes that it encloses.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

HEADER = struct.Struct(">II")
LARGEST_WORDS = 1 << 18
LARGEST_ENCLOSED = 20 << 20  # bytes, of a picture


class TooLargeError(Exception):
    """Whoever writes this means no good."""


def packed(words: Mapping[str, Any] | None, enclosed: bytes = b"") -> tuple[bytes, bytes]:
    """Return the header, and what follows it."""
    text = json.dumps(words).encode()
    return HEADER.pack(len(text), len(enclosed)), text + enclosed


def lengths(header: bytes) -> tuple[int, int]:
    """Return how many bytes of words and of what is enclosed follow; raises `TooLargeError`."""
    words, enclosed = HEADER.unpack(header)
    if words > LARGEST_WORDS or enclosed > LARGEST_ENCLOSED:
        raise TooLargeError
    return words, enclosed


def words_in(text: bytes) -> Mapping[str, Any] | None:
    """Return an object of JSON, None for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
