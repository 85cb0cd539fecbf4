from __future__ import annotations

import gzip
import struct

import pytest
from telethon import types
from telethon.extensions import BinaryReader

from sandbox.mtproto.replies import GZIP_PACKED, RPC_RESULT, FilePart, encode, result_of


@pytest.mark.parametrize("size", [0, 1, 2, 3, 253, 254, 255, 4096])
def test_a_file_part_reads_back(size: int) -> None:
    data = bytes(range(256)) * 16

    file = BinaryReader(b"".join(encode(FilePart(memoryview(data)[:size])))).tgread_object()

    assert isinstance(file, types.upload.File)
    assert file.bytes == data[:size]


def test_a_file_part_is_not_copied() -> None:
    view = memoryview(bytes(4096))

    assert any(part is view for part in result_of(1, FilePart(view)))


def test_a_file_part_can_be_damaged() -> None:
    part = FilePart(memoryview(b"abcd"))

    assert (part.cut(2).data, part.flipped(1).data, part.padded(2).data) == (
        b"ab", b"a\x9dcd", b"abcd\0\0",
    )  # fmt: skip


def test_truth_and_lists_are_bare() -> None:
    reader = BinaryReader(b"".join(encode([types.PeerUser(1), types.PeerUser(2)])))

    assert BinaryReader(b"".join(encode(answer=True))).tgread_bool() is True
    assert BinaryReader(b"".join(encode(answer=False))).tgread_bool() is False
    assert [1, 2] == [peer.user_id for peer in reader.tgread_vector()]


def test_a_long_answer_is_zipped_and_a_short_one_is_not() -> None:
    short = types.messages.Messages([], [], [], [])
    long = types.messages.Messages([], [], [types.ChatEmpty(number) for number in range(99)], [])

    for answer, is_zipped in ((short, False), (long, True)):
        text = b"".join(result_of(7, answer))
        assert struct.unpack_from("<Iq", text) == (RPC_RESULT, 7)
        reader = BinaryReader(text[12:])
        assert (reader.read_int(signed=False) == GZIP_PACKED) is is_zipped
        if is_zipped:
            assert gzip.decompress(reader.tgread_bytes()) == bytes(answer)
