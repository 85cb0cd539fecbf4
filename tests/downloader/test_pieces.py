from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from downloader.pieces import MIB, differing, end_of, following, handfuls
from downloader.source import PieceHash

KIB = 1 << 10
PIECE = 128 * KIB


def pieces(*spans: tuple[int, int]) -> list[PieceHash]:
    return [PieceHash(offset, size, bytes([number])) for number, (offset, size) in enumerate(spans)]


def row(count: int, size: int = PIECE) -> list[PieceHash]:
    return pieces(*((number * size, size) for number in range(count)))


def test_pieces_follow_from_where_they_are_wanted_to_where_they_are_not_any_more() -> None:
    told = row(8)

    assert told == following(told, 0, MIB, MIB)
    assert told[2:5] == following(told, 2 * PIECE, 5 * PIECE, MIB)
    assert told[2:5] == following(reversed(told), 2 * PIECE + 7, 5 * PIECE - 7, MIB)


def test_a_gap_ends_them() -> None:
    told = pieces((0, 10), (10, 10), (25, 10))

    assert told[:2] == following(told, 0, 100, 100)
    assert [] == following(told, 21, 100, 100)
    assert [] == following([], 0, 100, 100)


def test_a_piece_of_no_bytes_or_less_is_none() -> None:
    assert [] == following(pieces((0, 0), (0, -5)), 0, 100, 100)


def test_the_last_piece_ends_with_the_file_however_it_is_told() -> None:
    [last] = following(pieces((0, PIECE)), 0, 1000, 1000)

    assert (0, 1000, bytes(1)) == (last.offset, last.size, last.sha256)


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(-2, 40)), max_size=12),
    st.integers(0, 50),
    st.integers(1, 60),
)
def test_whatever_is_told_they_lie_in_the_file_in_a_row_and_from_where_they_are_wanted(
    spans: list[tuple[int, int]], start: int, size: int
) -> None:
    found = following(pieces(*spans), start, size, size)

    at = start
    for piece in found:
        assert piece.size > 0
        assert piece.offset <= at < end_of(piece) <= size
        at = end_of(piece)


def test_those_differ_whose_hash_is_another() -> None:
    told = row(3)

    assert [told[1]] == differing(told, [b"\0", b"x", b"\2"])
    assert [] == differing(told, [one.sha256 for one in told])


@given(st.lists(st.integers(1, 3 * MIB), max_size=20))
def test_handfuls_hold_everything_in_order_and_little_at_once(sizes: list[int]) -> None:
    told = [PieceHash(number, size, b"") for number, size in enumerate(sizes)]
    some = list(handfuls(told))

    assert told == [piece for handful in some for piece in handful]
    assert all(len(one) == 1 or sum(piece.size for piece in one) <= MIB for one in some)
    assert len(some) <= 1 + 2 * sum(sizes) // MIB
