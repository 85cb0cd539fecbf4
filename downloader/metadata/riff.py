"""What a WAV file says in the oldest of its ways, of which the tag library knows nothing."""

from __future__ import annotations

from typing import BinaryIO

from downloader.metadata.names import INFO

_NAMES = {
    name: field
    for field, names in INFO.items()
    if field not in {"track_total", "comment"}  # the one stands with its number
    for name in names
}
_MOST = 100  # chunks
_LARGEST = 1 << 16  # bytes


def info_in(file: BinaryIO) -> dict[str, str]:
    """Return the fields that the list of information has."""
    items = items_in(file)
    return {_NAMES[name]: text for name, text in items.items() if name in _NAMES}


def items_in(file: BinaryIO) -> dict[str, str]:
    """Return all of the list by its own names; it may stand before the sound or behind."""
    at = 12
    for _ in range(_MOST):
        file.seek(at)
        head = file.read(12)
        if len(head) < 12:
            break
        length = int.from_bytes(head[4:8], "little")
        if head[:4] == b"LIST" and head[8:] == b"INFO":
            return _items(file.read(min(length - 4, _LARGEST)))
        at += 8 + length + length % 2
    return {}


def _items(chunk: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at + 8 <= len(chunk):
        length = int.from_bytes(chunk[at + 4 : at + 8], "little")
        found[chunk[at : at + 4].decode("latin-1")] = _text(chunk[at + 8 : at + 8 + length])
        at += 8 + length + length % 2
    return found


def _text(data: bytes) -> str:
    data = data.partition(b"\0")[0]
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
