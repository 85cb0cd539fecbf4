from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downloader.parts import LARGEST_PART, SMALLEST_PART, Layout, has, mark, part_size

KIB, MIB = 1 << 10, 1 << 20


@pytest.mark.parametrize(
    ("size", "requests"),
    [
        (1, 1),
        (4 * KIB, 1),
        (100 * KIB, 1),
        (128 * KIB, 1),
        (129 * KIB, 2),
        (2 * MIB, 2),
        (9 * MIB, 9),
    ],
)
def test_a_small_track_is_one_or_two_requests(size: int, requests: int) -> None:
    assert requests == Layout(size, part_size(size)).count


@given(st.integers(0, 5 << 30))
def test_a_part_size_is_always_one_that_telegram_takes(size: int) -> None:
    chosen = part_size(size)

    assert chosen & (chosen - 1) == 0
    assert SMALLEST_PART <= chosen <= LARGEST_PART


@given(st.integers(1, 200_000), st.sampled_from([4096, 8192, 65536]))
def test_the_parts_cover_the_file_exactly(size: int, step: int) -> None:
    layout = Layout(size, step)

    lengths = [layout.length(number) for number in range(layout.count)]
    assert size == sum(lengths)
    assert all(0 < length <= step for length in lengths)


def test_an_empty_file_has_no_parts() -> None:
    layout = Layout(0, 4096)

    assert 0 == layout.count
    assert b"" == layout.nothing()
    assert [] == list(layout.missing(b""))


@given(st.sets(st.integers(0, 24)))
def test_marked_parts_are_claimed_and_no_others(numbers: set[int]) -> None:
    layout = Layout(25 * 4096 - 100, 4096)
    done = bytearray(layout.nothing())
    for number in numbers:
        mark(done, number)

    assert numbers == {number for number in range(30) if has(done, number)}
    assert sorted(set(range(25)) - numbers) == list(layout.missing(bytes(done)))
    assert sum(layout.length(number) for number in numbers) == layout.bytes_done(bytes(done))


def test_the_lowest_bit_of_the_first_byte_is_the_first_part() -> None:
    done = bytearray(2)
    mark(done, 0)
    mark(done, 9)

    assert bytes([1, 2]) == bytes(done)


def test_a_bitmap_that_claims_more_than_the_file_has_is_trimmed() -> None:
    layout = Layout(10_000, 4096)

    assert b"\x07" == layout.trimmed(b"\x07", 10_000)
    assert b"\x03" == layout.trimmed(b"\x07", 9_999)
    assert b"\x01" == layout.trimmed(b"\x07", 8_191)
    assert b"\x00" == layout.trimmed(b"\x07", 0)


def test_a_bitmap_of_another_length_is_brought_into_shape() -> None:
    layout = Layout(10_000, 4096)

    assert b"\x07" == layout.trimmed(b"\xff\xff\xff", 1 << 30)
    assert b"\x00" == layout.trimmed(b"", 10_000)
