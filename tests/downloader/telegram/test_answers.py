from __future__ import annotations

import gzip
import struct
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from telethon.errors import (
    AuthKeyNotFound,
    FloodWaitError,
    InvalidBufferError,
    RPCError,
    SecurityError,
    TypeNotFoundError,
)
from telethon.tl import types
from telethon.tl.alltlobjects import tlobjects
from telethon.tl.functions.upload import GetFileHashesRequest, GetFileRequest
from telethon.tl.types import InputDocumentFileLocation

from downloader.telegram.answers import Bytes, refusal, result_of
from sandbox.mtproto.replies import GZIP_PACKED, FilePart, encode, packed
from sandbox.mtproto.tl import Buffer

LOCATION = InputDocumentFileLocation(1, 2, b"reference", "")
FILE = GetFileRequest(LOCATION, 0, 4096)
HASHES = GetFileHashesRequest(LOCATION, 0)
FOUND = [types.FileHash(at * 131_072, 131_072, bytes([at] * 32)) for at in range(40)]
VECTOR_OF_ONE = struct.pack("<II", 0x1CB5C415, 1)
words = st.sampled_from([*tlobjects, 0x1CB5C415, 0x997275B5, GZIP_PACKED, 0, 1, 2, 1 << 31])


def read(request: Any, parts: Sequence[Buffer]) -> Any:
    return result_of(request, memoryview(b"".join(parts)))


@given(data=st.binary(max_size=700))
@example(data=bytes(253))
@example(data=bytes(254))
@example(data=bytes(range(256)) * 4096)
def test_bytes_of_a_file_come_as_they_are(data: bytes) -> None:
    answer = read(FILE, encode(FilePart(data)))

    assert isinstance(answer, Bytes)
    assert bytes(answer.view) == data


def test_bytes_of_a_file_are_not_copied() -> None:
    body = memoryview(b"".join(encode(FilePart(bytes(1000)))))

    assert result_of(FILE, body).view.obj is body.obj


def test_packed_bytes_of_a_file_are_unpacked() -> None:
    assert bytes(read(FILE, packed(encode(FilePart(b"abc")))).view) == b"abc"


@pytest.mark.parametrize("pack", [list, packed])
def test_other_answers_come_as_telethon_reads_them(pack: Any) -> None:
    answer = read(HASHES, pack(encode(FOUND)))

    assert [one.to_dict() for one in answer] == [one.to_dict() for one in FOUND]


@pytest.mark.parametrize("pack", [list, packed])
def test_an_error_is_raised_as_what_it_is(pack: Any) -> None:
    with pytest.raises(FloodWaitError) as caught:
        read(FILE, pack(encode(types.RpcError(420, "FLOOD_WAIT_34"))))

    assert caught.value.seconds == 34


def test_an_error_that_nobody_knows_is_still_one_of_telegram() -> None:
    with pytest.raises(RPCError) as caught:
        read(FILE, encode(types.RpcError(400, "SOMETHING_NEW")))

    assert (caught.value.code, caught.value.message) == (400, "SOMETHING_NEW")


def test_f22_a_type_newer_than_ours_is_told_by_its_number() -> None:
    with pytest.raises(TypeNotFoundError) as caught:
        read(FILE, [struct.pack("<I", 0x12345678), bytes(8)])

    assert caught.value.invalid_constructor_id == 0x12345678


def too_much() -> bytes:
    """Return a few kilobytes that unpack to many megabytes."""
    return b"".join(packed([bytes(64 << 20)]))


UNREADABLE = [
    b"",
    b"abc",
    b"".join(encode(FilePart(bytes(300))))[:-40],
    b"".join(encode(FilePart(b"")))[:12],
    b"".join(packed(encode(FOUND)))[:100],
    struct.pack("<I", GZIP_PACKED) + b"\x0bno gzip at all",
    struct.pack("<I", GZIP_PACKED) + b"\xff" + bytes(300),
    VECTOR_OF_ONE + struct.pack("<I", GZIP_PACKED) + b"\x0bno gzip at all",
    VECTOR_OF_ONE + struct.pack("<I", GZIP_PACKED) + b"\x03" + gzip.compress(b"")[:3],
    b"".join(packed(packed(encode(FOUND)))[:1]) + b"\x00",
    too_much(),
    struct.pack("<II", 0x1CB5C415, (1 << 31) - 1),
    VECTOR_OF_ONE * 5_000,  # each holds the next
]


@pytest.mark.parametrize("body", UNREADABLE, ids=range(len(UNREADABLE)))
@pytest.mark.parametrize("request_", [FILE, HASHES])
def test_what_cannot_be_read_is_told_so(request_: Any, body: bytes) -> None:
    with pytest.raises((SecurityError, TypeNotFoundError)):
        result_of(request_, memoryview(body))


@given(
    start=st.lists(words, max_size=12).map(lambda found: struct.pack(f"<{len(found)}I", *found)),
    rest=st.binary(max_size=60),
    request_=st.sampled_from([FILE, HASHES]),
)
def test_whatever_comes_is_read_or_told_to_be_unreadable(
    start: bytes, rest: bytes, request_: Any
) -> None:
    try:
        result_of(request_, memoryview(start + rest))
    except (RPCError, SecurityError, TypeNotFoundError):
        return


@given(data=st.binary(max_size=80), place=st.integers(min_value=0))
def test_whatever_is_packed_is_read_or_told_to_be_unreadable(data: bytes, place: int) -> None:
    text = bytearray(gzip.compress(data))
    text[place % len(text)] ^= 0xFF
    body = struct.pack("<I", GZIP_PACKED) + bytes([len(text)]) + text
    try:
        result_of(FILE, memoryview(body))
    except (RPCError, SecurityError, TypeNotFoundError):
        return


def test_a_refusal_tells_whether_the_key_is_unknown() -> None:
    unknown, flood = (refusal(struct.pack("<i", code)) for code in (-404, -429))

    assert isinstance(unknown, AuthKeyNotFound)
    assert isinstance(flood, InvalidBufferError)
    assert flood.code == 429
