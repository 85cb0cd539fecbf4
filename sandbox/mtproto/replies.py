"""How answers become bytes. A file part stays a view of its source until the one join."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from telethon.tl import types

from sandbox.mtproto.tl import Buffer, total, wrapped_bytes

RPC_RESULT = 0xF35C6D01
GZIP_PACKED = 0x3072CFA1
_VECTOR = 0x1CB5C415
_TRUE = struct.pack("<I", 0x997275B5)
_FALSE = struct.pack("<I", 0xBC799737)
_FILE_HEAD = struct.pack(
    "<IIi", types.upload.File.CONSTRUCTOR_ID, types.storage.FileMp3.CONSTRUCTOR_ID, 0
)
_CDN_HEAD = struct.pack("<I", types.upload.CdnFile.CONSTRUCTOR_ID)
_WORTH_PACKING = 512  # bytes


@dataclass(frozen=True, slots=True)
class FilePart:
    """The answer to `upload.getFile`. The methods make damaged ones, for faults."""

    data: Buffer
    head: bytes = _FILE_HEAD

    def cut(self, count: int) -> FilePart:
        """Keep only the first bytes."""
        return replace(self, data=self.data[:count])

    def flipped(self, at: int = 0) -> FilePart:
        """Invert one byte."""
        data = bytearray(self.data)
        data[at] ^= 0xFF
        return replace(self, data=data)

    def padded(self, count: int) -> FilePart:
        """Add bytes that do not belong to the file."""
        return replace(self, data=bytes(self.data) + bytes(count))


def cdn_part(data: Buffer) -> FilePart:
    """Return the answer to `upload.getCdnFile`, which can be damaged in the same ways."""
    return FilePart(data, _CDN_HEAD)


def encode(answer: Any) -> list[Buffer]:
    """Serialise a result as it stands inside `rpc_result`: Bools and vectors are bare."""
    if isinstance(answer, FilePart):
        return [answer.head, *wrapped_bytes(answer.data)]
    if isinstance(answer, bool):
        return [_TRUE if answer else _FALSE]
    if isinstance(answer, list):
        return [struct.pack("<Ii", _VECTOR, len(answer)), *map(bytes, answer)]
    return [bytes(answer)]


def result_of(message_id: int, answer: Any) -> list[Buffer]:
    """Return the parts of an `rpc_result`; long ones are packed, unless they are audio."""
    parts = encode(answer)
    if not isinstance(answer, FilePart) and total(parts) > _WORTH_PACKING:
        parts = packed(parts)
    return [struct.pack("<Iq", RPC_RESULT, message_id), *parts]


def packed(parts: Sequence[Buffer]) -> list[Buffer]:
    data = gzip.compress(b"".join(parts), compresslevel=1)
    return [struct.pack("<I", GZIP_PACKED), *wrapped_bytes(data)]
