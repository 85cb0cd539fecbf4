from __future__ import annotations

import struct
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from downloader.fingerprints import (
    Fingerprint,
    difference,
    is_same,
    may_be_same,
    unpacked,
)

SECOND = 8  # items


def sounding(seed: int, seconds: int = 60) -> list[int]:
    """Return the items of a song: each is like the one before it, as those of music are."""
    chance = Random(seed)
    items = [chance.getrandbits(32)]
    for _ in range(seconds * SECOND):
        items.append(items[-1] ^ (1 << chance.randrange(32)) ^ (1 << chance.randrange(32)))
    return items


def printed(items: list[int]) -> Fingerprint:
    return Fingerprint(struct.pack(f"<{len(items)}I", *items))


def worn(items: list[int], bits: int) -> list[int]:
    """Turn over so many bits of each item, as encoders do."""
    chance = Random(1)
    return [item ^ sum(1 << bit for bit in chance.sample(range(32), bits)) for item in items]


SONG = sounding(1)


@pytest.mark.parametrize(
    "other",
    [
        SONG,
        worn(SONG, 2),
        SONG[SECOND:],
        worn(SONG[3 * SECOND :], 1),
        sounding(2, 6) + SONG,
        SONG[: 15 * SECOND],
        SONG + sounding(3, 5),
    ],
    ids=["itself", "encoded", "cut", "cut and encoded", "padded", "its start", "with an end"],
)
def test_the_same_sound_is_the_same(other: list[int]) -> None:
    assert is_same(printed(SONG), printed(other))
    assert is_same(printed(other), printed(SONG))


@pytest.mark.parametrize(
    "other",
    [
        sounding(2),
        worn(SONG, 5),
        SONG[::2],
        SONG[: 15 * SECOND] + sounding(4, 45),
        SONG[9 * SECOND :],
        SONG[::-1],
        [item ^ 0xFFFFFFFF for item in SONG],
    ],
    ids=["another", "changed", "faster", "begun alike", "from later on", "backwards", "negative"],
)
def test_another_sound_is_another(other: list[int]) -> None:
    assert not is_same(printed(SONG), printed(other))
    assert not is_same(printed(other), printed(SONG))


@pytest.mark.parametrize(
    "items",
    [[], SONG[: 9 * SECOND], [7] * 500, [7, 9] * 500],
    ids=["nothing", "a jingle", "silence", "a beep"],
)
def test_little_sound_says_nothing(items: list[int]) -> None:
    assert not printed(items).says_something


def test_a_song_says_something() -> None:
    assert printed(SONG).says_something


def test_too_little_is_never_the_same() -> None:
    assert 1.0 == difference(printed(SONG[:20]), printed(SONG[:20]))


def test_outlines_of_one_song_are_alike_and_most_others_are_not() -> None:
    mine = printed(SONG).outline
    others = [printed(sounding(seed)).outline for seed in range(2, 42)]

    assert may_be_same(mine, printed(worn(SONG[SECOND:], 2)).outline)
    assert sum(may_be_same(mine, other) for other in others) < 8


def test_it_is_stored_smaller_than_it_is() -> None:
    whole = printed(SONG)

    assert len(whole.packed) < len(whole.items)
    assert whole == unpacked(whole.packed)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 2**32 - 1), max_size=200), st.lists(st.integers(0, 9), max_size=200))
def test_any_two_can_be_compared(some: list[int], others: list[int]) -> None:
    one, other = printed(some), printed(others)

    assert 0 <= difference(one, other) == difference(other, one) <= 1
    assert one == unpacked(one.packed)
    assert 0 <= one.outline < 1 << 32
