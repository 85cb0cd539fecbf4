from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from storage.chain import ROOT, Chain, Key, Line, sealed
from storage.record import Wrong

KEY = b"k" * 32
COUNT = 12
COLUMNS = ("at", "who", "what", "about", "before", "digest")

numbers = st.integers(1, COUNT)
pairs = st.tuples(numbers, numbers).filter(lambda pair: pair[0] < pair[1])


def written() -> list[Line]:
    lines: list[Line] = []
    before = ROOT.encode()
    for number in range(1, COUNT + 1):
        line = sealed(Line(number, b"%d" % number, b"7", b"banned", b"{}", before), KEY)
        lines.append(line)
        before = line.digest
    return lines


def numbered(lines: Sequence[Line]) -> list[Line]:
    return [replace(line, number=number) for number, line in enumerate(lines, start=1)]


def first_wrong(lines: Sequence[Line]) -> tuple[int, Wrong] | None:
    """Return what is found; None where nothing is, up to the last line that is there."""
    chain = Chain([Key(1, KEY)])
    for line in sorted(lines, key=lambda line: line.number):
        if (wrong := chain.take(line)) is not None:
            return wrong
    return None


def test_what_nobody_has_touched_is_whole() -> None:
    assert first_wrong(written()) is None


@given(numbers, st.sampled_from(COLUMNS), st.binary(max_size=80))
def test_any_change_of_any_column_is_named(number: int, column: str, value: bytes) -> None:
    lines = written()
    assume(value != getattr(lines[number - 1], column))
    lines[number - 1] = replace(lines[number - 1], **{column: value})  # type: ignore[arg-type]

    assert (number, Wrong.CHANGED) == first_wrong(lines)


@given(numbers, numbers, st.integers(min_value=1))
def test_a_record_that_is_resealed_without_the_key_is_named(
    number: int, source: int, other: int
) -> None:
    key = other.to_bytes(32, "big", signed=False) if other < 2**255 else bytes(32)
    lines = written()
    forged = replace(lines[source - 1], number=number, before=lines[number - 1].before)
    lines[number - 1] = sealed(replace(forged, about=b'{"person":1}'), key)

    assert (number, Wrong.CHANGED) == first_wrong(lines)


@given(st.sets(st.integers(1, COUNT - 1), min_size=1))
def test_any_records_removed_before_the_end_are_missed_at_the_first(gone: set[int]) -> None:
    lines = [line for line in written() if line.number not in gone]

    assert (min(gone), Wrong.MISSING) == first_wrong(lines)


@given(pairs)
def test_two_records_swapped_are_named_at_the_first(pair: tuple[int, int]) -> None:
    one, other = pair
    lines = written()
    lines[one - 1], lines[other - 1] = lines[other - 1], lines[one - 1]

    found = first_wrong(numbered(lines))

    assert (one, Wrong.CHANGED) == found
    chain = Chain([Key(1, KEY)])
    assert chain.stood_elsewhere(replace(lines[one - 1], number=one), COUNT)


@given(st.permutations(range(COUNT)))
def test_any_other_order_is_named_at_the_first_that_stands_elsewhere(order: list[int]) -> None:
    assume(order != sorted(order))
    lines = written()
    shuffled = numbered([lines[place] for place in order])
    first = next(number for number, place in enumerate(order, start=1) if place != number - 1)

    assert (first, Wrong.CHANGED) == first_wrong(shuffled)


@given(numbers, numbers)
def test_a_record_put_in_once_more_is_named_where_it_was_put(place: int, source: int) -> None:
    lines = written()
    assume(place not in {source, source + 1})
    lines.insert(place - 1, lines[source - 1])

    assert (place, Wrong.CHANGED) == first_wrong(numbered(lines))


@given(numbers)
def test_another_branch_of_the_same_journal_does_not_follow(number: int) -> None:
    """As where a backup was restored and written on: each record is genuine by itself."""
    assume(number < COUNT)
    lines = written()
    line = lines[number - 1]
    lines[number - 1] = sealed(replace(line, about=b'{"person":1}'), KEY)

    assert (number + 1, Wrong.ORDER) == first_wrong(lines)
