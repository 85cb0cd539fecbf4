"""Writes lines as strace does."""

from __future__ import annotations


def hexed(data: str | bytes) -> str:
    raw = data.encode() if isinstance(data, str) else data
    return '"' + "".join(f"\\x{byte:02x}" for byte in raw) + '"'


def opened(path: str, number: int, flags: str = "O_RDWR|O_CREAT") -> str:
    return f"7 openat(AT_FDCWD, {hexed(path)}, {flags}, 0600) = {number}"


def written(number: int, offset: int, data: bytes) -> str:
    return f"7 pwrite64({number}, {hexed(data)}, {len(data)}, {offset}) = {len(data)}"
