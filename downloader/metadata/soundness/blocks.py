"""Walks the blocks of a WavPack file: https://www.wavpack.com/WavPack5FileFormat.pdf."""

from __future__ import annotations

import struct
from typing import BinaryIO

from downloader.metadata.soundness.checked import SOUND, TRUNCATED, Checked
from storage.sound import Flaw

_BLOCK = struct.Struct("<4sIHBBIIII")
_MAGIC = b"wvpk"
_UNKNOWN = {0, 0xFFFFFFFF}
_MOST = 200_000  # blocks, each of which is looked at with a seek
_TAILS = (b"APETAGEX", b"TAG")


def wavpack(file: BinaryIO, size: int) -> Checked:
    at = reached = total = 0
    head = b""
    for number in range(_MOST):
        file.seek(at)
        head = file.read(_BLOCK.size)
        if len(head) < _BLOCK.size or not head.startswith(_MAGIC):
            break
        _, length, _, _, _, samples, index, count, _ = _BLOCK.unpack(head)
        total = samples if number == 0 else total
        at += length + 8
        if at > size:
            return TRUNCATED
        reached = max(reached, index + count)
    if total in _UNKNOWN or reached >= total:
        return SOUND
    is_end = len(head) < _BLOCK.size or head.startswith(_TAILS)
    return TRUNCATED if is_end else Checked(frozenset({Flaw.BROKEN_FRAMES}))
