"""Files sealed in segments, so that any range opens without the rest; docs/segments.md has it all.

A segment that was changed, moved, dropped or taken from another file does not open, and a file that
was cut is found out when it is opened: only the last segment is sealed as the last.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.errors import SealBrokenError

MAGIC = b"TADSEG"
SEGMENT = 1 << 16  # bytes of the plain file in each segment but the last
_VERSION = b"\x01"
_ID_SIZE, _SALT_SIZE, _TAG_SIZE = 8, 32, 16
_HEAD_SIZE = len(MAGIC) + len(_VERSION) + 1 + _ID_SIZE + _SALT_SIZE
_SEALED = SEGMENT + _TAG_SIZE
_EXPONENT = bytes([SEGMENT.bit_length() - 1])


@dataclass(frozen=True, slots=True)
class SegmentKey:
    """What files of one purpose are sealed with: 32 bytes, and the 8 by which it is known."""

    id: bytes
    key: bytes
    purpose: str


def key_id_of(source: BinaryIO) -> bytes | None:
    """Return which key sealed a file; None where none did. It is read from its beginning."""
    head = source.read(_HEAD_SIZE)
    begin = len(MAGIC) + len(_VERSION) + 1
    return head[begin : begin + _ID_SIZE] if looks_sealed(head) else None


def looks_sealed(head: bytes) -> bool:
    """Tell it by the beginning of a file."""
    return len(head) >= _HEAD_SIZE and head.startswith(MAGIC + _VERSION + _EXPONENT)


def plain_size(sealed_size: int) -> int:
    """Return how long a file is whose sealed form is that long. Raises `SealBrokenError`."""
    segments = -(-(sealed_size - _HEAD_SIZE) // _SEALED)
    plain = sealed_size - _HEAD_SIZE - segments * _TAG_SIZE
    if segments < 1 or plain < 0 or (segments > 1 and plain <= (segments - 1) * SEGMENT):
        raise SealBrokenError("length")
    return plain


def sealed_size(size: int) -> int:
    """Return how long the sealed form of a file is."""
    return _HEAD_SIZE + size + max(1, -(-size // SEGMENT)) * _TAG_SIZE


class SegmentWriter:
    """Seals what is written, in order. Without `finish` the file counts as cut."""

    def __init__(self, out: BinaryIO, key: SegmentKey, *, salt: bytes | None = None) -> None:
        self._out = out
        salt = salt or secrets.token_bytes(_SALT_SIZE)
        self._head = MAGIC + _VERSION + _EXPONENT + key.id + salt
        self._cipher = AESGCM(_file_key(key, salt))
        self._waiting = bytearray()
        self._number = 0
        out.write(self._head)

    def write(self, data: bytes | memoryview) -> None:
        self._waiting += data
        while len(self._waiting) > SEGMENT:  # the last one waits, for it is sealed as the last
            self._seal(SEGMENT, is_last=False)

    def finish(self) -> None:
        self._seal(len(self._waiting), is_last=True)

    def _seal(self, size: int, *, is_last: bool) -> None:
        plain = bytes(self._waiting[:size])
        del self._waiting[:size]
        nonce = _nonce(self._number, is_last=is_last)
        self._out.write(self._cipher.encrypt(nonce, plain, self._head))
        self._number += 1


class SegmentReader:
    """Opens ranges of a sealed file. Raises `SealBrokenError`, from the start where it was cut.

    The file must be one that can be sought in, and stay open.
    """

    def __init__(self, source: BinaryIO, key: SegmentKey) -> None:
        self._source = source
        source.seek(0)
        self._head = source.read(_HEAD_SIZE)
        source.seek(0)
        if key_id_of(source) != key.id:
            raise SealBrokenError(key.purpose)
        self._purpose = key.purpose
        self._cipher = AESGCM(_file_key(key, self._head[-_SALT_SIZE:]))
        self.size = plain_size(source.seek(0, os.SEEK_END))
        self._last = max(0, -(-self.size // SEGMENT) - 1)
        self._segment(self._last)

    def read_at(self, offset: int, size: int) -> bytes:
        """Return what is there, fewer bytes only at the end."""
        end = min(offset + size, self.size)
        if offset >= end:
            return b""
        first, last = offset // SEGMENT, (end - 1) // SEGMENT
        plain = b"".join(self._segment(number) for number in range(first, last + 1))
        return plain[offset - first * SEGMENT : end - first * SEGMENT]

    def all(self) -> Iterator[bytes]:
        """Yield the whole file, segment by segment."""
        for number in range(self._last + 1):
            yield self._segment(number)

    def _segment(self, number: int) -> bytes:
        self._source.seek(_HEAD_SIZE + number * _SEALED)
        sealed = self._source.read(_SEALED)
        nonce = _nonce(number, is_last=number == self._last)
        try:
            return self._cipher.decrypt(nonce, sealed, self._head)
        except InvalidTag as error:
            raise SealBrokenError(self._purpose) from error


def _nonce(number: int, *, is_last: bool) -> bytes:
    return bytes(7) + number.to_bytes(4, "big") + bytes([is_last])


def _file_key(key: SegmentKey, salt: bytes) -> bytes:
    info = f"telegram-audio-downloader 1 segments {key.purpose}".encode()
    return HKDF(SHA256(), 32, salt=salt, info=info).derive(key.key)
