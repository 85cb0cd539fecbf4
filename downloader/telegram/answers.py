"""What a lane gets as an answer, read without copying the bytes of files."""

from __future__ import annotations

import gzip
import struct
from dataclasses import dataclass
from typing import Any

from telethon.errors import AuthKeyNotFound, InvalidBufferError, rpc_message_to_error
from telethon.extensions import BinaryReader
from telethon.tl import types
from telethon.tl.core import GzipPacked

_PACKED = struct.pack("<I", GzipPacked.CONSTRUCTOR_ID)
_ERROR = struct.pack("<I", types.RpcError.CONSTRUCTOR_ID)
_FILE = struct.pack("<I", types.upload.File.CONSTRUCTOR_ID)
_FILE_HEAD = 12  # bytes before those of the file: constructor, kind, time
_KEY_UNKNOWN = -404


@dataclass(frozen=True, slots=True)
class Bytes:
    """The answer to `upload.getFile`, still in the place where it was decrypted."""

    view: memoryview


def result_of(request: Any, body: memoryview) -> Any:
    """Read what stands in an `rpc_result`. Raises the RPCError that it may be."""
    if body[:4] == _FILE:
        return Bytes(_string(body, _FILE_HEAD))
    data = bytes(body)
    if data[:4] == _PACKED:
        data = gzip.decompress(BinaryReader(data[4:]).tgread_bytes())
    if data[:4] == _ERROR:
        raise rpc_message_to_error(BinaryReader(data).tgread_object(), request)
    return request.read_result(BinaryReader(data))


def refusal(packet: bytes) -> Exception:
    """Read a transport error (https://core.telegram.org/mtproto/mtproto-transports)."""
    (code,) = struct.unpack("<i", packet)
    error: Exception = AuthKeyNotFound() if code == _KEY_UNKNOWN else InvalidBufferError(packet)
    return error


def _string(body: memoryview, at: int) -> memoryview:
    """Return a TL string (https://core.telegram.org/type/string) as a view."""
    length, head = body[at], 1
    if length == 254:
        length, head = int.from_bytes(body[at + 1 : at + 4], "little"), 4
    return body[at + head : at + head + length]
