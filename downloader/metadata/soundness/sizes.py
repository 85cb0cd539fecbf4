"""Compares the sizes that the headers of a file declare with what is there of it."""

from __future__ import annotations

import struct
from typing import BinaryIO

from downloader.metadata.soundness.checked import SOUND, TRUNCATED, Checked, piece

# Written where a size was not known yet, by programs that write into a pipe.
_UNKNOWN = range(0x7FFFF000, 1 << 32)
_MOST = 10_000  # chunks
_ZEROS = 1 << 16  # bytes; of what is compressed so many are none, not even of silence
_ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
_TTA_FRAME = (256, 245)  # such a part of a second
_TTA_HEADER = struct.Struct("<4sHHHIII")
_APE_HEADER = struct.Struct("<4sHHIIIIII")
_APE_NEW = 3980  # the version from which on headers tell the lengths


def wav(file: BinaryIO, size: int) -> Checked:
    """Read a RIFF, or one beyond 4 GB whose sizes stand apart."""
    is_long = piece(file, 0, 4) in {b"RF64", b"BW64"}
    at, long_size = 12, 0
    for _ in range(_MOST):
        name, length = _chunk(file, at, "<4sI")
        if name == b"ds64":
            long_size = int.from_bytes(piece(file, at + 16, 8), "little")
        if name == b"data":
            length = long_size if is_long and length in _UNKNOWN else length
            is_told = length and (is_long or length not in _UNKNOWN)
            return _compared(at + 8 + length if is_told else 0, size)
        if name is None:
            break
        at += 8 + length + length % 2
    return TRUNCATED


def aiff(file: BinaryIO, size: int) -> Checked:
    return _iff(file, size, 12, ">4sI", b"SSND")


def dff(file: BinaryIO, size: int) -> Checked:
    return _iff(file, size, 16, ">4sQ", b"DSD ", b"DST ")


def dsf(file: BinaryIO, size: int) -> Checked:
    at = 28
    for _ in range(2):
        name, length = _chunk(file, at, "<4sQ")
        if name is None or name == b"data":
            return _compared(at + length, size) if name else TRUNCATED
        at += length
    return TRUNCATED


def mp4(file: BinaryIO, size: int) -> Checked:
    at = 0
    names = set()
    for _ in range(_MOST):
        name, length = _chunk(file, at, ">I4s")
        if name is None:
            break
        if length == 1:
            length = int.from_bytes(piece(file, at + 8, 8), "big")
        if at + length > size and name in {b"mdat", b"moov", b"moof"}:
            return TRUNCATED
        if name == b"mdat" and _is_hollow(file, at, length):
            return TRUNCATED
        names.add(name)
        if length < 8:  # as far as the file goes, or nonsense
            break
        at += length
    return SOUND if b"moov" in names or at < size else TRUNCATED


def asf(file: BinaryIO, size: int) -> Checked:
    at = 0
    for _ in range(_MOST):
        name, length = _chunk(file, at, "<16sQ")
        if name is None or length < 24:
            break
        if name == _ASF_DATA:
            return _compared(at + length, size)
        at += length
    return TRUNCATED


def ape(file: BinaryIO, size: int) -> Checked:
    header = piece(file, 0, _APE_HEADER.size)
    if len(header) < _APE_HEADER.size:
        return TRUNCATED
    _, version, _, *lengths = _APE_HEADER.unpack(header)
    if version < _APE_NEW:
        return SOUND
    descriptor, head, seek_table, wave_head, sound, more = lengths
    file.seek(_APE_HEADER.size)
    return _compared(descriptor + head + seek_table + wave_head + sound + (more << 32), size)


def tta(file: BinaryIO, size: int) -> Checked:
    """Add up what the table says of each frame."""
    header = piece(file, 0, _TTA_HEADER.size)
    if len(header) < _TTA_HEADER.size or header[:4] != b"TTA1":
        return SOUND
    _, _, _, _, rate, samples, _ = _TTA_HEADER.unpack(header)
    length = rate * _TTA_FRAME[0] // _TTA_FRAME[1]
    if not length or not samples:
        return SOUND
    frames = -(-samples // length)
    table = file.read(min(4 * frames, size))
    if len(table) < 4 * frames:
        return TRUNCATED
    sound = sum(struct.unpack(f"<{frames}I", table))
    return _compared(_TTA_HEADER.size + 4 * frames + 4 + sound, size)


def _iff(file: BinaryIO, size: int, at: int, form: str, *names: bytes) -> Checked:
    head = struct.calcsize(form)
    for _ in range(_MOST):
        name, length = _chunk(file, at, form)
        if name is None:
            break
        if name in names:
            return _compared(at + head + length if length else 0, size)
        at += head + length + length % 2
    return TRUNCATED


def _is_hollow(file: BinaryIO, at: int, length: int) -> bool:
    """Tell whether it ends in zeros, as a download leaves it that never came to its end."""
    return length > 2 * _ZEROS and not piece(file, at + length - _ZEROS, _ZEROS).strip(b"\0")


def _chunk(file: BinaryIO, at: int, form: str) -> tuple[bytes | None, int]:
    """Return the name and the length that stand there; no name at the end of the file."""
    try:
        file.seek(at)
    except (OverflowError, OSError, ValueError):
        return None, 0  # so far no file goes
    head = file.read(struct.calcsize(form))
    if len(head) < struct.calcsize(form):
        return None, 0
    first, second = struct.unpack(form, head)
    return (first, second) if isinstance(first, bytes) else (second, first)


def _compared(declared: int, size: int) -> Checked:
    return TRUNCATED if declared > size else SOUND
