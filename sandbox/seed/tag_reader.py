"""A child process that reads tags: says it is ready, then answers each path, as lines of JSON.

Files of unknown origin can make the tag library loop for ever, eat all memory or fail in ways of
its own (https://github.com/quodlibet/mutagen/issues/433), so only a process that may die reads
them.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
from collections.abc import Mapping
from typing import Any

import mutagen

_MEMORY = 1 << 30
_TITLES = ("title", "TIT2", "Title")
_ARTISTS = ("artist", "TPE1", "Artist", "Author")
# What broken files have been seen to raise; anything else ends this process, and that is fine too.
_BROKEN = (
    mutagen.MutagenError, OSError, ValueError, TypeError, LookupError, ArithmeticError,
    AttributeError, AssertionError, NotImplementedError, RecursionError, MemoryError, struct.error,
)  # fmt: skip


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(_read(json.loads(line))), flush=True)


def _read(path: str) -> dict[str, Any] | None:
    try:
        file = mutagen.File(path, easy=True)
        if file is None:
            return None
        tags = file.tags or {}
        return {
            "mime": str(file.mime[0]),
            "title": _first(tags, _TITLES),
            "performer": _first(tags, _ARTISTS),
            "seconds": float(getattr(file.info, "length", 0) or 0),
        }
    except _BROKEN:
        return None


def _first(tags: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return the first value of the first name that is there, as text."""
    for name in names:
        value = tags.get(name)
        if value:
            return str(value[0] if isinstance(value, list) else value)
    return ""


if __name__ == "__main__":
    main()
