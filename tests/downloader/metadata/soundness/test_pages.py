from __future__ import annotations

import struct
from io import BytesIO

import pytest

from downloader.metadata.soundness.pages import ogg, sum_of
from sandbox.audio.files import Format
from sandbox.audio.melody import Melody
from storage.sound import Flaw


def page(number: int, body: bytes = bytes(200), flags: int = 0, stream: int = 7) -> bytes:
    head = struct.pack("<4sBBqIIIBB", b"OggS", 0, flags, 0, stream, number, 0, 1, len(body))
    made = bytearray(head + body)
    made[22:26] = struct.pack("<I", sum_of(made))
    return bytes(made)


def pages(*numbers: int) -> bytes:
    return b"".join(page(number) for number in numbers)


def flaws(body: bytes) -> set[Flaw]:
    return set(ogg(BytesIO(body), len(body)).flaws)


@pytest.mark.parametrize("kind", [Format.OGG, Format.OPUS])
def test_the_sums_are_those_that_encoders_write(kind: Format) -> None:
    assert set() == flaws(kind.file(Melody(1, 2)))


def test_a_page_that_is_missing_or_damaged_is_broken() -> None:
    damaged = bytearray(pages(*range(40)))
    damaged[-100] ^= 1

    assert set() == flaws(pages(*range(40)))
    assert {Flaw.BROKEN_FRAMES} == flaws(pages(*range(30), *range(31, 40)))
    assert {Flaw.BROKEN_FRAMES} == flaws(bytes(damaged))


def test_numbers_that_jump_behind_the_tags_are_careless_and_no_more() -> None:
    assert set() == flaws(pages(0, 1, 5, 6, 7))


def test_streams_behind_and_beside_each_other_are_counted_apart() -> None:
    beside = b"".join(page(n, stream=s) for n in range(30) for s in (1, 2))
    behind = page(0, flags=2) + pages(*range(1, 30))

    assert set() == flaws(beside)
    assert set() == flaws(behind * 2)


@pytest.mark.parametrize("cut", [1, 190, 210])
def test_a_page_that_is_cut_is_truncated(cut: int) -> None:
    assert {Flaw.TRUNCATED} == flaws(pages(*range(30))[:-cut])


def test_what_is_no_page_is_broken_unless_nothing_follows() -> None:
    assert {Flaw.BROKEN_FRAMES} == flaws(pages(0, 1) + bytes(999) + pages(2, 3))
    assert set() == flaws(pages(0, 1) + b"TAG" + bytes(125))
