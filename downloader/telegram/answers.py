"""What a lane gets as an answer, read without copying the bytes of files."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from telethon.errors import (
    AuthKeyNotFound,
    InvalidBufferError,
    SecurityError,
    rpc_message_to_error,
)
from telethon.extensions import BinaryReader
from telethon.tl import types
from telethon.tl.core import GzipPacked, RpcResult

_PACKED = struct.pack("<I", GzipPacked.CONSTRUCTOR_ID)
_RESULT = struct.pack("<I", RpcResult.CONSTRUCTOR_ID)
_ERROR = struct.pack("<I", types.RpcError.CONSTRUCTOR_ID)
_FILE = struct.pack("<I", types.upload.File.CONSTRUCTOR_ID)
_FILE_HEAD = 12  # bytes before those of the file: constructor, kind, time
_RESULT_HEAD = struct.Struct("<4sq")  # constructor, message
# What the server says of the connection itself, as far as it changes what we do.
_NOTICES = frozenset(
    struct.pack("<I", kind.CONSTRUCTOR_ID)
    for kind in (
        types.Pong,
        types.NewSessionCreated,
        types.BadServerSalt,
        types.BadMsgNotification,
    )
)
_KEY_UNKNOWN = -404
_GZIP = 31  # as zlib names it
_MOST_UNPACKED = 4 << 20  # a few bytes may claim to be gigabytes
# What Telethon's reader makes of bytes that are not what they should be.
_UNREADABLE = (
    struct.error, zlib.error, ArithmeticError, BufferError, EOFError, LookupError, OSError,
    RuntimeError, TypeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bytes:
    """The answer to `upload.getFile`, still in the place where it was decrypted."""

    view: memoryview


def result_in(body: memoryview) -> tuple[int, memoryview] | None:
    """Return which message an `rpc_result` answers, and the answer; None for anything else."""
    if body[:4] != _RESULT or len(body) < _RESULT_HEAD.size:
        return None
    _, message_id = _RESULT_HEAD.unpack_from(body)
    return message_id, body[_RESULT_HEAD.size :]


def result_of(request: Any, result: memoryview) -> Any:
    """Read an answer.

    Raises the RPCError that it may be, TypeNotFoundError for a type that is newer than we are, and
    SecurityError for what nobody could read.
    """
    with _reading():
        return _read(request, _unpacked(result))


def notice_in(body: memoryview) -> Any:
    """Read what is said of the connection; None for all else, be it updates or news to us.

    Raises SecurityError for what nobody could read.
    """
    if bytes(body[:4]) not in _NOTICES:
        return None
    with _reading():
        return BinaryReader(bytes(body)).tgread_object()


def unpacked(body: memoryview) -> memoryview:
    """Return what was packed (https://core.telegram.org/mtproto/service_messages#packed-object).

    Raises SecurityError if that cannot be done.
    """
    with _reading():
        return _unpacked(body)


def refusal(packet: bytes) -> Exception:
    """Read a transport error (https://core.telegram.org/mtproto/mtproto-transports)."""
    (code,) = struct.unpack("<i", packet)
    error: Exception = AuthKeyNotFound() if code == _KEY_UNKNOWN else InvalidBufferError(packet)
    return error


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except _UNREADABLE as error:
        raise SecurityError(f"unreadable: {type(error).__name__}") from error


def _unpacked(body: memoryview) -> memoryview:
    if body[:4] != _PACKED:
        return body
    unpacker = zlib.decompressobj(wbits=_GZIP)
    data = unpacker.decompress(_string(body, 4), _MOST_UNPACKED)
    if not unpacker.eof:
        raise ValueError
    return memoryview(data)


def _read(request: Any, body: memoryview) -> Any:
    if body[:4] == _FILE:
        return Bytes(_string(body, _FILE_HEAD))
    reader = BinaryReader(bytes(body))
    if body[:4] == _ERROR:
        raise rpc_message_to_error(reader.tgread_object(), request)
    return request.read_result(reader)


def _string(body: memoryview, at: int) -> memoryview:
    """Return a TL string (https://core.telegram.org/type/string) as a view."""
    length, start = body[at], at + 1
    if length == 254:
        length, start = int.from_bytes(body[at + 1 : at + 4], "little"), at + 4
    if start + length > len(body):
        raise ValueError
    return body[start : start + length]
