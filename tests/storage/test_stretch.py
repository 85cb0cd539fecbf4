from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.stretch import Stretch, gaps, is_held, merged

MOST = 40
numbers = st.integers(1, MOST)
one_stretch = st.tuples(numbers, numbers).map(lambda ends: Stretch(min(ends), max(ends)))
stretches = st.lists(one_stretch, max_size=8)


def ids(some: list[Stretch]) -> set[int]:
    return {number for one in some for number in range(one.first, one.last + 1)}


@settings(max_examples=100)
@given(stretches)
def test_merged_stretches_hold_the_same_and_never_meet(some: list[Stretch]) -> None:
    found = merged(some)

    assert ids(some) == ids(found)
    assert all(one.last + 1 < other.first for one, other in pairwise(found))
    assert found == merged(found)


@settings(max_examples=100)
@given(stretches, one_stretch)
def test_gaps_are_just_what_is_missing(some: list[Stretch], within: Stretch) -> None:
    found = gaps(some, within)

    assert ids([within]) - ids(some) == ids(found)
    assert found == merged(found)


@settings(max_examples=100)
@given(stretches, numbers)
def test_what_is_held_is_in_a_stretch(some: list[Stretch], number: int) -> None:
    assert (number in ids(some)) is is_held(some, number)


@settings(max_examples=100)
@given(stretches, one_stretch)
def test_what_fills_the_gaps_leaves_none(some: list[Stretch], within: Stretch) -> None:
    assert [] == gaps([*some, *gaps(some, within)], within)
