from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from downloader.parts import LARGEST_REQUEST, PART, Layout, Wanted, has, mark, run_of, unmark

KIB, MIB = 1 << 10, 1 << 20


@given(
    size=st.integers(1, 9 * MIB),
    part_size=st.sampled_from([64 * KIB, PART, MIB]),
    done=st.sets(st.integers(0, 150)),
    limits=st.lists(st.sampled_from([4 * KIB, PART, 2 * PART, MIB]), min_size=1),
    returned=st.sets(st.integers(0, 20)),
)
def test_what_is_asked_for_is_lawful_and_covers_what_is_missing_once(
    size: int, part_size: int, done: set[int], limits: list[int], returned: set[int]
) -> None:
    layout = Layout(size, part_size)
    claims = bytearray(layout.nothing())
    for number in done & set(range(layout.count)):
        mark(claims, number)
    wanted = Wanted(layout, bytes(claims))
    asked: list[int] = []
    for turn in range(10_000):
        before = wanted.left
        run = wanted.take(limits[turn % len(limits)])
        if run is None:
            break
        assert run.limit & (run.limit - 1) == 0
        assert 4 * KIB <= run.limit <= LARGEST_REQUEST
        assert run.offset % run.limit == 0
        assert run.length == min(run.limit, size - run.offset) == before - wanted.left
        if turn in returned:
            wanted.put_back(run)
            continue
        asked += run.parts(layout)

    assert 0 == wanted.left
    assert sorted(asked) == list(layout.missing(bytes(claims)))


def test_a_part_is_what_one_hash_of_telegram_speaks_for() -> None:
    assert 128 * KIB == PART == Layout(5 * MIB).part_size


@given(st.integers(1, 200_000), st.sampled_from([4096, 8192, 65536]))
def test_the_parts_cover_the_file_exactly(size: int, step: int) -> None:
    layout = Layout(size, step)

    lengths = [layout.length(number) for number in range(layout.count)]
    assert size == sum(lengths)
    assert all(0 < length <= step for length in lengths)


@given(st.integers(1, 200_000), st.sampled_from([4096, 8192, 65536]), st.data())
def test_the_parts_touching_some_bytes_are_those_that_hold_one_of_them(
    size: int, step: int, data: st.DataObject
) -> None:
    layout = Layout(size, step)
    start = data.draw(st.integers(0, size - 1))
    end = data.draw(st.integers(start + 1, size + 10_000))

    assert list(layout.touching(start, end)) == [
        number
        for number in range(layout.count)
        if layout.offset(number) < end and layout.offset(number) + layout.length(number) > start
    ]


def test_a_part_that_is_taken_back_is_wanted_again_by_itself() -> None:
    layout = Layout(3 * PART + 5)
    done = bytearray(layout.nothing())
    for number in range(layout.count):
        mark(done, number)
    wanted = Wanted(layout, bytes(done))

    unmark(done, 3)
    wanted.put_back(run_of(layout, 3))

    assert [3] == list(layout.missing(bytes(done)))
    assert 5 == wanted.left
    run = wanted.take(MIB)
    assert run is not None
    assert (3 * PART, PART, 5) == (run.offset, run.limit, run.length)


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
