"""What a look at the sound of a file found, and how much of a file is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from storage.sound import Flaw

# Bytes of sound that are looked at whole; of more, as many at both ends of it.
WHOLE = 32 << 20
_END = WHOLE // 2


@dataclass(frozen=True, slots=True)
class Checked:
    """`seconds` and `bitrate` only where they were counted, and tags and headers may be wrong."""

    flaws: frozenset[Flaw] = frozenset()
    seconds: float | None = None
    bitrate: int | None = None


SOUND = Checked()
TRUNCATED = Checked(frozenset({Flaw.TRUNCATED}))


def spans(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Return what to look at of the bytes from `start` to `end`."""
    if end - start <= WHOLE:
        yield start, end
    else:
        yield start, start + _END
        yield end - _END, end


def piece(file: BinaryIO, at: int, count: int) -> bytes:
    file.seek(at)
    return file.read(count)
