from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import SealBrokenError
from storage.segments import (
    SEGMENT,
    SegmentKey,
    SegmentReader,
    SegmentWriter,
    key_id_of,
    plain_size,
    sealed_size,
)

KEY = SegmentKey(b"8 bytes.", b"k" * 32, "library")
SIZES = (0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 3 * SEGMENT + 7)


def plain(size: int) -> bytes:
    return bytes(number % 251 for number in range(size))


def sealed(data: bytes, *, salt: bytes | None = None) -> bytes:
    out = BytesIO()
    writer = SegmentWriter(out, KEY, salt=salt)
    writer.write(data)
    writer.finish()
    return out.getvalue()


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_opens_again_and_its_size_is_known_before(size: int) -> None:
    file = sealed(plain(size))
    reader = SegmentReader(BytesIO(file), KEY)

    assert (size, plain(size)) == (reader.size, b"".join(reader.all()))
    assert (len(file), size) == (sealed_size(size), plain_size(len(file)))
    assert KEY.id == key_id_of(BytesIO(file))
    assert key_id_of(BytesIO(plain(size))) is None


@given(st.integers(0, 4 * SEGMENT), st.integers(0, 3 * SEGMENT))
def test_any_range_opens_alone(offset: int, size: int) -> None:
    data = plain(3 * SEGMENT + 7)
    reader = SegmentReader(BytesIO(RANGES), KEY)

    assert data[offset : offset + size] == reader.read_at(offset, size)


RANGES = sealed(plain(3 * SEGMENT + 7))


@pytest.mark.parametrize("step", [1, 999, SEGMENT, 200_000])
def test_it_does_not_matter_in_what_pieces_it_is_written(step: int) -> None:
    data, out = plain(150_000), BytesIO()
    writer = SegmentWriter(out, KEY, salt=bytes(32))
    for begin in range(0, len(data), step):
        writer.write(memoryview(data)[begin : begin + step])
    writer.finish()

    assert sealed(data, salt=bytes(32)) == out.getvalue()


@given(st.data())
def test_every_bit_that_is_flipped_is_found(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(RANGES) * 8 - 1))
    changed = bytearray(RANGES)
    changed[place // 8] ^= 1 << place % 8

    with pytest.raises(SealBrokenError):
        b"".join(SegmentReader(BytesIO(changed), KEY).all())


@given(st.integers(0, len(RANGES) - 1))
def test_a_file_that_was_cut_is_found_out_when_it_is_opened(length: int) -> None:
    with pytest.raises(SealBrokenError):
        SegmentReader(BytesIO(RANGES[:length]), KEY)


def test_segments_open_in_no_other_place_or_file() -> None:
    size = SEGMENT + 16
    head = sealed_size(0) - 16
    swapped = RANGES[:head] + RANGES[head + size : head + 2 * size]
    swapped += RANGES[head : head + size] + RANGES[head + 2 * size :]
    other = sealed(plain(3 * SEGMENT + 7))
    mixed = RANGES[:head] + other[head : head + size] + RANGES[head + size :]
    longer = RANGES + RANGES[head : head + size]

    for file in (swapped, mixed, longer):
        with pytest.raises(SealBrokenError):
            b"".join(SegmentReader(BytesIO(file), KEY).all())


@pytest.mark.parametrize(
    "other",
    [
        SegmentKey(b"another.", KEY.key, KEY.purpose),
        SegmentKey(KEY.id, b"l" * 32, KEY.purpose),
        SegmentKey(KEY.id, KEY.key, "backup"),
    ],
)
def test_no_other_key_or_purpose_opens_it(other: SegmentKey) -> None:
    with pytest.raises(SealBrokenError):
        SegmentReader(BytesIO(RANGES), other)


def test_the_document_tells_how_to_open_it_without_us() -> None:
    told = (Path(__file__).parents[2] / "docs" / "segments.md").read_text()
    values = dict(re.findall(r"^\| (\w[\w ]*) \| `([0-9a-f]*)` \|$", told, re.MULTILINE))
    key, salt, file = (bytes.fromhex(values[name]) for name in ("key", "salt", "file"))
    info = b"telegram-audio-downloader 1 segments library"
    cipher = AESGCM(HKDF(SHA256(), 32, salt=salt, info=info).derive(key))
    opened = cipher.decrypt(bytes(7) + bytes(4) + b"\1", file[48:], file[:48])

    assert bytes.fromhex(values["plain"]) == opened
    out = BytesIO()
    writer = SegmentWriter(out, SegmentKey(file[8:16], key, "library"), salt=salt)
    writer.write(opened)
    writer.finish()
    assert file == out.getvalue()
